import { queryFirst, titleOf } from '../dom/unclobbered.ts';
import type { PageSignature } from '../protocol/schema.ts';
import { remembering, type SignatureContext } from './context.ts';
import { hashExact, hashText } from './hash.ts';
import { topSequence } from './sequence.ts';
import { simhash } from './simhash.ts';
import { normaliseUrl } from './url.ts';

/** What stands in `url_norm` for something that is no URL. */
const NO_URL = { url_norm: 'invalid:', domain: '' };

/** Signature of a page as it is now. Does not depend on its texts (but the title), on values or on the order of attributes. */
export function signPage(document: Document, url: string, context: SignatureContext): PageSignature {
  const ctx = remembering(context);
  const canonical = (queryFirst(document, 'link[rel~=canonical][href]') as HTMLLinkElement | null)?.href;
  const canonicalNorm = canonical && normaliseUrl(canonical)?.url_norm;
  const titleElement = queryFirst(document, 'head title');
  const title = titleElement && ctx.masked(titleElement) ? '' : ctx.scrub(titleOf(document).slice(0, 1000));
  const sequence = topSequence(document, ctx);
  return {
    ...(normaliseUrl(url) ?? NO_URL),
    ...(canonicalNorm && { canonical_link_hash: hashExact(ctx.key, canonicalNorm) }),
    ...(title && { title_hash: hashText(ctx.key, title) }),
    dom_fingerprint_hash: hashExact(ctx.key, sequence.join(' ')),
    dom_simhash: simhash(ctx.key, sequence),
  };
}
