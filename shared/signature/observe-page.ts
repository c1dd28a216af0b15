import { queryFirst, titleOf } from '../dom/unclobbered.ts';
import { type ReadContext, remembering } from './context.ts';
import { MAX_RAW_URL_CHARS, MAX_SEQUENCE_CHARS, MAX_TITLE_CHARS, type ObservedPage } from './observed.ts';
import { topSequence } from './sequence.ts';

/** A page as it is now. Does not depend on its texts (but the title), on values or on the order of attributes. */
export function observePage(document: Document, context: ReadContext): ObservedPage {
  const ctx = remembering(context);
  const canonical = (queryFirst(document, 'link[rel~=canonical][href]') as HTMLLinkElement | null)?.href;
  const title = queryFirst(document, 'head title');
  return {
    title: title && ctx.masked(title) ? '' : titleOf(document).slice(0, MAX_TITLE_CHARS),
    canonical: canonical?.slice(0, MAX_RAW_URL_CHARS),
    sequence: topSequence(document, ctx).slice(0, MAX_SEQUENCE_CHARS),
  };
}
