import { type ContentMessage, sent } from '../messages.ts';
import { api } from './api.ts';

/** A worker that was stopped while it answered is asked again; the outbox knows the event by its uuid. */
const ATTEMPTS = 4;
const RETRY_MS = 250;

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** True once the extension was reloaded or removed: this script then belongs to nobody. */
export const isOrphaned = (): boolean => {
  try {
    return api.runtime?.id === undefined;
  } catch {
    return true;
  }
};

/** Sends to the background, waking it if need be. Undefined where nobody answered in the end. */
export async function send<T>(message: ContentMessage): Promise<T | undefined> {
  for (let attempt = 0; attempt < ATTEMPTS && !isOrphaned(); attempt += 1) {
    try {
      const answer: unknown = await api.runtime.sendMessage(sent(message));
      if (answer !== undefined) return answer as T;
    } catch {
      // The worker went away in mid-answer: ask again.
    }
    await wait(RETRY_MS * 2 ** attempt);
  }
  return undefined;
}
