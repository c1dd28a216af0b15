import { oneSlice, type SliceDeps, type Steps } from './in_slices.ts';
import { whileUnchanged } from './while_unchanged.ts';

/**
 * A copy of the page in slices, so that it keeps answering. A page that changes meanwhile is copied anew; one that never rests is
 * copied as far as one slice goes, so that no copy shows what never stood together.
 */
export const copyDom = async (document: Document, serialise: () => Steps<string>, deps: SliceDeps): Promise<string> =>
  (await whileUnchanged(document, serialise, deps)) ?? oneSlice(serialise(), deps.now);
