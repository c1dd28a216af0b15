import type { Bundle, BundlePage } from '../protocol/bundle.ts';
import type { Hint, LookupResponse, PageSignature } from '../protocol/schema.ts';
import { VARYING } from '../signature/url.ts';
import { bitsOff, NEAR_BITS, similarityOf } from './similarity.ts';

export type PageNow = Pick<PageSignature, 'url_norm' | 'dom_fingerprint_hash' | 'dom_simhash' | 'title_hash'>;

export interface FoundInBundle extends Pick<LookupResponse, 'page_match' | 'page_similarity'> {
  /** Best first. */
  readonly hints: readonly Hint[];
}

/** What a lookup would find, from a bundle: by the state of the page, a near state, its address or template, or its domain. */
export function findInBundle(bundle: Bundle, page: PageNow): FoundInBundle {
  const key = keyOf(bundle, page.url_norm);
  const known = bundle.pages.find((each) => each.key === key);
  const state = known && nearest(known, page);
  const found = known && state ? hintsOn(known, state.index) : [];
  const page_similarity =
    state === undefined ? null : state.exact ? 1 : state.distance === undefined ? null : similarityOf(state.distance);
  if (found.length > 0 && state) {
    const near = state.distance !== undefined && state.distance <= NEAR_BITS;
    return { page_match: state.exact ? 'exact' : near ? 'near' : 'url', page_similarity, hints: found };
  }
  const elsewhere = ofDomain(bundle, key);
  return { page_match: elsewhere.length > 0 ? 'domain' : 'none', page_similarity, hints: elsewhere };
}

/** The template that the address fits, as the server chooses it, else the address. */
function keyOf({ templates }: Bundle, url_norm: string): string {
  const parts = url_norm.split('/');
  const fits = (template: string): boolean => {
    const wanted = template.split('/');
    return wanted.length === parts.length && wanted.every((part, at) => part === parts[at] || part === VARYING);
  };
  return templates.find(fits) ?? url_norm;
}

interface NearestState {
  readonly index: number;
  readonly exact: boolean;
  readonly distance: number | undefined;
}

function nearest({ states }: BundlePage, page: PageNow): NearestState | undefined {
  const compared = states.map(({ dom_fingerprint_hash, dom_simhash, title_hash }, index) => ({
    index,
    exact: dom_fingerprint_hash !== null && dom_fingerprint_hash === page.dom_fingerprint_hash,
    distance: dom_simhash && page.dom_simhash ? bitsOff(dom_simhash, page.dom_simhash) : undefined,
    titled: title_hash === (page.title_hash ?? null),
  }));
  // In all else the newest.
  return compared.toSorted(
    (a, b) =>
      Number(b.exact) - Number(a.exact) ||
      Number((b.distance ?? 64) <= NEAR_BITS) - Number((a.distance ?? 64) <= NEAR_BITS) ||
      (a.distance ?? 65) - (b.distance ?? 65) ||
      Number(b.titled) - Number(a.titled) ||
      a.index - b.index,
  )[0];
}

/** Those of the page as a whole first, then those about controls that the state has. */
const hintsOn = ({ hints }: BundlePage, index: number): Hint[] =>
  hints
    .toSorted(
      (a, b) =>
        Number(a.hint.element !== undefined) - Number(b.hint.element !== undefined) ||
        Number(b.on.includes(index)) - Number(a.on.includes(index)),
    )
    .map(({ hint }) => hint);

/** But what was withdrawn on this page; in the order of a lookup. */
function ofDomain({ controls, pages }: Bundle, key: string): Hint[] {
  const offered = new Map(
    controls.flatMap(({ elem_sig_id, pages, not_on }) => (not_on.includes(key) ? [] : [[elem_sig_id, pages] as const])),
  );
  return pages
    .flatMap(({ hints }) =>
      hints.flatMap(({ hint }) => {
        const count = hint.state === 'active' && hint.element && offered.get(hint.element.elem_sig_id);
        return count ? [{ count, hint: { ...hint, domain: { pages: count } } }] : [];
      }),
    )
    .toSorted(
      (a, b) =>
        b.count - a.count || b.hint.confidence - a.hint.confidence || Number(a.hint.hint_id) - Number(b.hint.hint_id),
    )
    .map(({ hint }) => hint);
}
