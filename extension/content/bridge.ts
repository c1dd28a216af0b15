import { sent, type Told } from '../messages.ts';
import { api } from './api.ts';

/** A worker that was stopped while it answered is asked again; the outbox knows the event by its uuid. */
const RETRY_MS = 250;
const MAX_RETRY_MS = 4000;
/** A browser under load may leave its workers alone for many seconds; beyond this it has given the extension up, in ms. */
const GIVE_UP_MS = 60_000;
/** Messages that may wait for an answer at once: a page must not fill the memory while nobody listens. */
const MAX_WAITING = 500;
let waiting = 0;

/** Wake those that wait to ask again. */
const wakers = new Set<() => void>();

/** For so long, or until another message is answered: a browser that is killed takes with it what still waits in its pages. */
const waitForWorker = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    const wake = (): void => {
      clearTimeout(timer);
      wakers.delete(wake);
      resolve();
    };
    const timer = setTimeout(wake, ms);
    wakers.add(wake);
  });

/** True once the extension was reloaded or removed: this script then belongs to nobody. */
export const isOrphaned = (): boolean => {
  try {
    return api.runtime?.id === undefined;
  } catch {
    return true;
  }
};

/** Sends to the background, waking it if need be. Undefined where nobody answered in the end. */
export async function send<T>(message: Told): Promise<T | undefined> {
  if (waiting >= MAX_WAITING) return undefined;
  waiting += 1;
  try {
    const started = performance.now();
    for (let retry = RETRY_MS; !isOrphaned(); retry = Math.min(2 * retry, MAX_RETRY_MS)) {
      try {
        const answer: unknown = await api.runtime.sendMessage(sent(message));
        if (answer !== undefined) {
          for (const wake of [...wakers]) wake();
          return answer as T;
        }
      } catch {
        // The worker went away in mid-answer: ask again.
      }
      if (performance.now() - started + retry > GIVE_UP_MS) return undefined;
      await waitForWorker(retry);
    }
    return undefined;
  } finally {
    waiting -= 1;
  }
}
