import type { Browser } from 'webextension-polyfill';
import { isOurs } from '../messages.ts';

/** The native API without the polyfill, which would be a fifth of what every page loads. Listeners answer by `sendResponse`. */
export const api: Pick<Browser, 'runtime'> =
  (globalThis as { browser?: Browser }).browser ?? (globalThis as unknown as { chrome: Browser }).chrome;

type Responder<M> = (message: M) => Promise<unknown> | undefined;

/** Answers our messages for which `respond` returns a promise; others are left to other listeners. Returns how to stop. */
export function onMessage<M>(respond: Responder<M>): () => void {
  const listener = (
    message: unknown,
    sender: { id?: string },
    sendResponse: (answer: unknown) => void,
  ): true | undefined => {
    const answer = sender.id === api.runtime.id && isOurs(message) ? respond(message as M) : undefined;
    if (!answer) return undefined;
    answer.then(sendResponse, () => sendResponse(undefined));
    return true;
  };
  type Listener = Parameters<typeof api.runtime.onMessage.addListener>[0];
  api.runtime.onMessage.addListener(listener as Listener);
  return () => api.runtime.onMessage.removeListener(listener as Listener);
}
