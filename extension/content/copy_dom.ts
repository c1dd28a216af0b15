import { inSlices, oneSlice, type SliceDeps, type Steps } from './in_slices.ts';

/** How often a page that changes while it is copied is begun anew. */
const MAX_TRIES = 3;

/**
 * A copy of the page in slices, so that it keeps answering. A page that changes meanwhile is copied anew; one that never rests is
 * copied as far as one slice goes, so that no copy shows what never stood together.
 */
export async function copyDom(document: Document, serialise: () => Steps<string>, deps: SliceDeps): Promise<string> {
  let changed = false;
  const observer = new MutationObserver(() => {
    changed = true;
  });
  observer.observe(document, { childList: true, characterData: true, subtree: true });
  try {
    for (let tries = 0; tries < MAX_TRIES; tries += 1) {
      changed = false;
      observer.takeRecords();
      const copy = await inSlices(serialise(), () => changed || observer.takeRecords().length > 0, deps);
      if (copy !== undefined) return copy;
    }
    return oneSlice(serialise(), deps.now);
  } finally {
    observer.disconnect();
  }
}
