import { idOf, type Message } from '../message.ts';
import type { Session, Verdict } from '../session.ts';

/** Where one request's answer comes on its own connection: two clients may use the same id at the same time. */
export function withOwnIds(session: Session, prefix: string): Pick<Session, 'fromClient' | 'fromServer' | 'cancel'> {
  const renamed = (message: Message): Message => {
    const id = idOf(message.id);
    return id === undefined || message.method === undefined ? message : { ...message, id: `${prefix}${id}` };
  };
  const restored = (verdict: Verdict, id: unknown): Verdict =>
    verdict instanceof Promise ? verdict.then((message) => message && { ...message, id }) : verdict;
  return {
    fromClient: (message) => restored(session.fromClient(renamed(message)), message.id),
    fromServer: (message) =>
      restored(
        session.fromServer(message.method === undefined ? { ...message, id: `${prefix}${idOf(message.id)}` } : message),
        message.id,
      ),
    cancel: (id) => session.cancel(`${prefix}${id}`),
  };
}
