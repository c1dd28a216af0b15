import { DOM_QUIET_MS } from '../../shared/protocol/limits.ts';

/** A page that never rests is taken as it is after this long, in ms. */
const GIVE_UP_MS = 3000;
/** An action has settled when its handlers ran and a frame was painted; hidden tabs paint none. */
const FRAME_MS = 150;

/**
 * Resolves, once the DOM is quiet or nobody waits for it any more, with the time of its last change (ms since 1970); undefined
 * where it did not change. A page that never rests is taken as it is some seconds after `since`.
 */
export function domQuiet(
  document: Document,
  now: () => number,
  { signal, since }: { readonly signal: AbortSignal; readonly since: number },
): Promise<number | undefined> {
  return new Promise((resolve) => {
    let last: number | undefined;
    let quiet: ReturnType<typeof setTimeout>;
    const done = (): void => {
      observer.disconnect();
      clearTimeout(quiet);
      clearTimeout(limit);
      signal.removeEventListener('abort', done);
      resolve(last);
    };
    const observer = new MutationObserver(() => {
      last = now();
      clearTimeout(quiet);
      quiet = setTimeout(done, DOM_QUIET_MS);
    });
    const limit = setTimeout(done, Math.max(0, since + GIVE_UP_MS - now()));
    quiet = setTimeout(done, DOM_QUIET_MS);
    observer.observe(document, { childList: true, subtree: true });
    signal.addEventListener('abort', done);
  });
}

/** Calls back once, after the handlers of the event in hand have run and the result was painted. */
export function afterPaint(callback: () => void): void {
  let called = false;
  const once = (): void => {
    if (called) return;
    called = true;
    callback();
  };
  requestAnimationFrame(() => requestAnimationFrame(once));
  setTimeout(once, FRAME_MS);
}
