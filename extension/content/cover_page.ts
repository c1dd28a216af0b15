import type { Rect } from '../../shared/privacy/masked-rects.ts';
import { atOnce, type SliceDeps, type Steps } from './in_slices.ts';
import { whileUnchanged } from './while_unchanged.ts';

/** What moves things about without changing the document. */
const MOVING = ['scroll', 'resize'];

/**
 * The boxes to paint over in a picture of the page, found in slices, so that it keeps answering, and anew where it changes or scrolls
 * meanwhile. Those of a page that never rests are found at once: a box that is out of place leaves something to be read.
 */
export const coverPage = async (document: Document, cover: () => Steps<Rect[]>, deps: SliceDeps): Promise<Rect[]> =>
  (await whileUnchanged(document, cover, deps, MOVING)) ?? atOnce(cover());
