import type { Hint, LookupRequest, PageMatch } from '../../shared/protocol/schema.ts';
import type { Db } from '../db/db.ts';

export interface HintQuery {
  readonly url_norm: string;
  readonly dom_fingerprint_hash: string | undefined;
  /** 16 hex digits */
  readonly dom_simhash: string | undefined;
  readonly title_hash: string | undefined;
  readonly candidates: LookupRequest['candidate_elements'];
  readonly limit: number;
}

export interface FoundHints {
  readonly match: PageMatch;
  /** The known state most like the page as it is now. */
  readonly page_sig_id: string | undefined;
  /** Bits by which the SimHashes differ, where both are known. */
  readonly distance: number | undefined;
  /** Best first. */
  readonly hints: readonly Hint[];
}

/** States whose SimHashes differ by no more bits are one page. */
export const NEAR_BITS = 6;

/** As laskobot_lookup of sql/004_lookup.sql answers. */
interface Answer {
  readonly page: { readonly page_sig_id: string; readonly distance: number | null; readonly exact: boolean } | null;
  readonly hints: readonly (Omit<Hint, 'element'> & { readonly element: Hint['element'] | null })[];
}

/** The state of a page that a lookup asks about, and the hints served for it. */
export async function findHints(db: Db, projectId: string, query: HintQuery): Promise<FoundHints> {
  const [row] = await db.call<{ answer: Answer }>('select laskobot_lookup($1, $2, $3, $4, $5, $6, $7, $8) as answer', [
    projectId,
    query.url_norm,
    query.dom_fingerprint_hash ?? null,
    query.dom_simhash ?? null,
    query.title_hash ?? null,
    query.candidates === undefined ? null : JSON.stringify(query.candidates),
    NEAR_BITS,
    query.limit,
  ]);
  const page = row?.answer.page;
  if (!page) return { match: 'none', page_sig_id: undefined, distance: undefined, hints: [] };
  const near = page.distance !== null && page.distance <= NEAR_BITS;
  return {
    match: page.exact ? 'exact' : near ? 'near' : 'url',
    page_sig_id: page.page_sig_id,
    distance: page.distance ?? undefined,
    hints: row.answer.hints.map(({ element, ...hint }) => ({ ...hint, ...(element ? { element } : {}) })),
  };
}
