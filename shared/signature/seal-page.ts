import type { PageSignature } from '../protocol/schema.ts';
import type { SealContext } from './context.ts';
import { hashExact } from './hash.ts';
import type { ObservedPage } from './observed.ts';
import { tokensOf } from './sequence.ts';
import { simhash } from './simhash.ts';
import { titleHash } from './title.ts';
import { normaliseUrl } from './url.ts';

/** What stands in `url_norm` for something that is no URL. */
const NO_URL = { url_norm: 'invalid:', domain: '' };

/**
 * Signature of an observed page at an address. `scrubTitle` takes what changes with whom a page is about out of its title; without it
 * `scrub` does.
 */
export function sealPage(
  { title, canonical, sequence }: ObservedPage,
  url: string,
  { key, scrub, scrubTitle = scrub }: SealContext & { readonly scrubTitle?: SealContext['scrub'] },
): PageSignature {
  const canonicalNorm = canonical && normaliseUrl(canonical)?.url_norm;
  const title_hash = titleHash(key, scrubTitle(title));
  const tokens = tokensOf(sequence, scrub);
  return {
    ...(normaliseUrl(url) ?? NO_URL),
    ...(canonicalNorm && { canonical_link_hash: hashExact(key, canonicalNorm) }),
    ...(title_hash && { title_hash }),
    dom_fingerprint_hash: hashExact(key, tokens.join(' ')),
    dom_simhash: simhash(key, tokens),
  };
}
