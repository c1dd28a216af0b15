import { inSlices, type SliceDeps, type Steps } from './in_slices.ts';

/** How often work on a page that changes meanwhile is begun anew. */
const MAX_TRIES = 3;

/**
 * Work on a page in slices, so that it keeps answering, begun anew where the page changes meanwhile or one of these events happens in
 * it. Undefined where it never rests.
 */
export async function whileUnchanged<T>(
  document: Document,
  work: () => Steps<T>,
  deps: SliceDeps,
  events: readonly string[] = [],
): Promise<T | undefined> {
  let changed = false;
  const onChange = (): void => {
    changed = true;
  };
  const observer = new MutationObserver(onChange);
  observer.observe(document, { childList: true, characterData: true, subtree: true });
  for (const type of events) document.defaultView?.addEventListener(type, onChange, { capture: true, passive: true });
  try {
    for (let tries = 0; tries < MAX_TRIES; tries += 1) {
      changed = false;
      observer.takeRecords();
      const done = await inSlices(work(), () => changed || observer.takeRecords().length > 0, deps);
      if (done !== undefined) return done;
    }
    return undefined;
  } finally {
    observer.disconnect();
    for (const type of events) document.defaultView?.removeEventListener(type, onChange, { capture: true });
  }
}
