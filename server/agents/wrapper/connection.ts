import type { Complaints } from '../mcp/complaints.ts';
import { withOwnIds } from '../mcp/http/own_ids.ts';
import { clientOf, type Sessions } from '../mcp/http/sessions.ts';
import { idOf, isRequest, type Message, type MessageId, textOf } from '../mcp/message.ts';
import { requestIdOf } from '../mcp/open_calls.ts';
import type { Session, Verdict } from '../mcp/session.ts';
import type { Extra, Taps } from './transport.ts';

type Ear = Pick<Session, 'fromClient' | 'fromServer' | 'cancel'>;

export interface ConnectionDeps {
  /** Of requests without handshake. */
  readonly sessions: Pick<Sessions, 'byClient'>;
  /** For a handshake. */
  readonly create: () => Session;
  readonly end: (session: Session) => void;
  /** Where a session's own requests go, from now on. */
  readonly answersTo: (session: Session, deliver: (message: Message) => void) => void;
  readonly complaints: Complaints;
}

let connections = 0;

/**
 * One transport. A handshake makes a session, which ends with it; requests without one belong to their trace or client, whichever
 * transport brings them.
 */
export function createConnection({ sessions, create, end, answersTo, complaints }: ConnectionDeps): Taps {
  connections += 1;
  const connection = connections;
  const asked = new Map<MessageId, Ear>();
  let own: Session | undefined;
  let last: Session | undefined;
  let requests = 0;

  const judged = (work: () => Verdict): Verdict => {
    try {
      return work();
    } catch {
      complaints.tell('frame', 'a message could not be read; it went on as it came');
      return 'pass';
    }
  };
  const settled = (promised: Promise<Message | undefined>): Promise<Message | undefined> =>
    promised.catch(() => {
      complaints.tell('advice', 'a hint could not be given; the message went on as it came');
      return undefined;
    });

  function earOf(message: Message, extra: Extra | undefined, deliver: (message: Message) => void): Ear | undefined {
    if (message.method === 'initialize') own = create();
    const id = idOf(message.id);
    if (own || id === undefined || !isRequest(message)) last = own ?? last;
    else last = sessions.byClient(clientOf(message, textOf(extra?.requestInfo?.headers?.authorization), undefined));
    if (!last) return undefined;
    answersTo(last, deliver);
    if (own || id === undefined || !isRequest(message)) return last;
    requests += 1;
    const ear = withOwnIds(last, `${connection}.${requests}:`);
    asked.set(id, ear);
    return ear;
  }

  return {
    received(message, extra, { handle, send }) {
      const on = (next: Message): void => handle(next, next === message ? extra : undefined);
      const cancelled = message.method === 'notifications/cancelled' ? requestIdOf(message.params) : undefined;
      if (!own && cancelled !== undefined) {
        asked.get(cancelled)?.cancel(cancelled);
        asked.delete(cancelled);
        return on(message);
      }
      const verdict = judged(() => earOf(message, extra, on)?.fromClient(message) ?? 'pass');
      if (verdict === 'pass') return on(message);
      if (verdict !== 'drop')
        void settled(verdict).then((said) => (said ? send(said).catch(() => undefined) : on(message)));
    },
    async sending(message, send) {
      const id = message.method === undefined ? idOf(message.id) : undefined;
      const ear = (id === undefined ? undefined : asked.get(id)) ?? last;
      if (id !== undefined) asked.delete(id);
      const verdict = judged(() => ear?.fromServer(message) ?? 'pass');
      if (verdict === 'drop') return;
      await send(verdict === 'pass' ? message : ((await settled(verdict)) ?? message));
    },
    closed() {
      for (const [id, ear] of asked) ear.cancel(id);
      asked.clear();
      if (own) end(own);
    },
  };
}
