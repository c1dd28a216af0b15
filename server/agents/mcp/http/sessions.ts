import { createHash } from 'node:crypto';
import { isObject, type Message, objectOf, textOf } from '../message.ts';
import { PROTOCOL_VERSION, type Session, type SessionEnd } from '../session.ts';
import { parseTraceparent } from '../traceparent.ts';

/** A session that nobody used for so long is over, in ms: clients may leave without a word. */
export const IDLE_MS = 30 * 60_000;
const SWEEP_MS = 60_000;
const CLIENT_INFO = 'io.modelcontextprotocol/clientInfo';

interface Entry {
  readonly session: Session;
  usedAt: number;
}

export interface SessionsDeps {
  readonly create: () => Session;
  readonly now: () => number;
  readonly idleMs?: number;
}

/** The sessions of an HTTP endpoint, each with its own state: by the id that the server gave, or by who asks where it gives none. */
export function createSessions({ create, now, idleMs = IDLE_MS }: SessionsDeps) {
  const entries = new Map<string, Entry>();

  function find(name: string): Session {
    const entry = entries.get(name) ?? { session: create(), usedAt: 0 };
    entry.usedAt = now();
    entries.set(name, entry);
    return entry.session;
  }
  function end(name: string, how: SessionEnd): void {
    entries.get(name)?.session.end(how);
    entries.delete(name);
  }
  const sweeping = setInterval(() => {
    for (const [name, { usedAt }] of entries) if (now() - usedAt > idleMs) end(name, 'closed');
  }, SWEEP_MS).unref();

  const named = (id: string): string => `id ${id}`;
  return {
    /** For a handshake that has no id yet. */
    create,
    /** The handshake gave this id. */
    bind(id: string, session: Session): void {
      entries.set(named(id), { session, usedAt: now() });
    },
    /** Unless the client has a session already. */
    bindClient(client: string, session: Session): void {
      if (!entries.has(client)) entries.set(client, { session, usedAt: now() });
    },
    byId: (id: string): Session => find(named(id)),
    byClient: (client: string): Session => find(client),
    end: (id: string): void => end(named(id), 'closed'),
    endAll(how: SessionEnd): void {
      clearInterval(sweeping);
      for (const name of [...entries.keys()]) end(name, how);
    },
    count: (): number => entries.size,
  };
}

export type Sessions = ReturnType<typeof createSessions>;

/** Revision 2026-07-28 and later have neither handshake nor session. */
export const isStateless = (message: Message): boolean =>
  (textOf(objectOf(objectOf(message.params)._meta)[PROTOCOL_VERSION]) ?? '') >= '2026';

/** What requests without a session belong to: their trace, else who sends them. Credentials are only hashed. */
export function clientOf(message: Message, authorization: string | undefined, address: string | undefined): string {
  const meta = objectOf(objectOf(message.params)._meta);
  const trace = parseTraceparent(meta.traceparent)?.traceId;
  if (trace) return `trace ${trace}`;
  const info = isObject(meta[CLIENT_INFO]) ? JSON.stringify(meta[CLIENT_INFO]) : '';
  return `client ${createHash('sha256')
    .update(JSON.stringify([info, authorization, address]))
    .digest('hex')}`;
}
