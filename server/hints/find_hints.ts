import { NEAR_BITS } from '../../shared/hints/similarity.ts';
import type { Hint, LookupRequest, PageMatch } from '../../shared/protocol/schema.ts';
import { plainArray, textArray } from '../db/array.ts';
import type { Db } from '../db/db.ts';
import { joined } from './joined.ts';

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
  /** What the address is known by: a learned template, else itself. */
  readonly page_key: string;
  readonly match: Exclude<PageMatch, 'domain'>;
  /** The known state most like the page as it is now. */
  readonly page_sig_id: string | undefined;
  /** Bits by which the SimHashes differ, where both are known. */
  readonly distance: number | undefined;
  /** Of the page, best first. */
  readonly hints: readonly Hint[];
  /** Of controls of its domain, those of most pages first; asked only where the page has none. */
  readonly elsewhere: readonly Hint[] | undefined;
  /** Of the domain's bundle. */
  readonly version: number | null;
}

/** One of the hints that laskobot_lookups of sql/015_bundles.sql answers. */
export interface FoundHint
  extends Pick<Hint, 'hint_id' | 'hint_type' | 'state' | 'version' | 'confidence' | 'data' | 'evidence'> {
  readonly pinned: boolean;
  readonly page_sig_id: string;
  readonly dom_fingerprint_hash: string | null;
  readonly elem_sig_id: string | null;
  readonly selector_norm: string | null;
  readonly role: string | null;
  readonly attr_fingerprint_hash: string | null;
}

/** One about a control of the domain, with the page that it is from. */
interface FoundElsewhere extends FoundHint {
  readonly url_norm: string;
  readonly pages: number;
}

/** What laskobot_lookups answers; page_sig_id is null where nobody met the address. */
interface Answer {
  readonly page_sig_id: string | null;
  readonly key: string;
  readonly distance: number | null;
  readonly exact: boolean;
  readonly hints: readonly FoundHint[] | null;
  /** Absent where `hints` are not null. */
  readonly elsewhere?: readonly FoundElsewhere[] | null;
  readonly version: number | null;
}

export type FindHints = (projectId: string, query: HintQuery) => Promise<FoundHints>;

/** What is asked while the database works on other lookups goes as one: two calls at once take each longer than they save. */
const JOINING = { most: 32, patienceMs: 100 } as const;

/** Finds the state of a page that a lookup asks about, and the hints served for it. Throws `DbUnavailable`. */
export function createFindHints(db: Db): FindHints {
  const askAll = (questions: readonly Question[]) => lookUp(db, questions);
  // A lookup takes a tenth of a millisecond of Postgres, a call several. Without a pool a connection belongs to one request.
  const ask = db.connections ? joined(askAll, JOINING) : async (question: Question) => (await askAll([question]))[0];
  return async (projectId, query) => foundHints(query.url_norm, await ask({ projectId, query }));
}

interface Question {
  readonly projectId: string;
  readonly query: HintQuery;
}

/** The answers in the order of the questions, each of which has the rights of its own project only. */
async function lookUp(db: Db, questions: readonly Question[]): Promise<readonly Answer[]> {
  const texts = (of: (question: Question) => string | undefined): string => textArray(questions.map(of));
  const [row] = await db.call<{ answers: readonly Answer[] }>(
    'select laskobot_lookups($1, $2, $3, $4, $5, $6, $7, $8) as answers',
    [
      texts(({ projectId }) => projectId),
      texts(({ query }) => query.url_norm),
      texts(({ query }) => query.dom_fingerprint_hash),
      texts(({ query }) => query.dom_simhash),
      texts(({ query }) => query.title_hash),
      texts(({ query }) => query.candidates && JSON.stringify(query.candidates)),
      NEAR_BITS,
      plainArray(questions.map(({ query }) => query.limit)),
    ],
  );
  return row?.answers ?? [];
}

function foundHints(url_norm: string, answer: Answer | undefined): FoundHints {
  const { page_sig_id = null, key = url_norm, distance = null, exact = false, version = null } = answer ?? {};
  const near = distance !== null && distance <= NEAR_BITS;
  return {
    match: page_sig_id === null ? 'none' : exact ? 'exact' : near ? 'near' : 'url',
    page_key: key,
    page_sig_id: page_sig_id ?? undefined,
    distance: distance ?? undefined,
    hints: (answer?.hints ?? []).map((found) => hintOf(key, found)),
    elsewhere: answer?.hints
      ? undefined
      : (answer?.elsewhere ?? []).map((found) => ({
          ...hintOf(found.url_norm, found),
          domain: { pages: found.pages },
        })),
    version,
  };
}

export function hintOf(url_norm: string, found: FoundHint): Hint {
  const { hint_id, hint_type, state, version, pinned, confidence, data, evidence } = found;
  const { page_sig_id, dom_fingerprint_hash, elem_sig_id, selector_norm, role, attr_fingerprint_hash } = found;
  const element =
    elem_sig_id !== null && selector_norm !== null && attr_fingerprint_hash !== null
      ? { elem_sig_id, selector_norm, role, attr_fingerprint_hash }
      : undefined;
  return {
    hint_id,
    hint_type,
    state,
    version,
    ...(pinned ? { pinned } : {}),
    confidence,
    page: { page_sig_id, url_norm, dom_fingerprint_hash },
    ...(element ? { element } : {}),
    data,
    evidence,
  } as Hint;
}
