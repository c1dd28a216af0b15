import { type ForRun, forRun, type Shares } from '../../shared/hints/for_run.ts';
import { similarityOf } from '../../shared/hints/similarity.ts';
import { topK } from '../../shared/hints/top_k.ts';
import { fullScrub } from '../../shared/privacy/full-scrub.ts';
import { MAX_LOOKUP_ELEMENTS } from '../../shared/protocol/limits.ts';
import type { Hint, LookupRequest, LookupResponse, TraceStep } from '../../shared/protocol/schema.ts';
import { parseHashKey } from '../../shared/signature/hash.ts';
import { titleHash } from '../../shared/signature/title.ts';
import { normaliseUrl } from '../../shared/signature/url.ts';
import type { CacheLayer, FoundHints, HintCache } from '../cache/hint_cache.ts';
import { type HintQuestion, hintKey } from '../cache/hint_key.ts';
import { ApiError } from '../errors.ts';
import { MAX_PAGE_RECIPES } from '../recipes/limits.ts';
import { sha256Hex } from '../sha256.ts';
import { exposuresOf } from './exposure.ts';
import type { ExposureBuffer } from './exposure_buffer.ts';
import type { FindHints } from './find_hints.ts';
import { PUBLISHED_KINDS } from './kinds.ts';

export interface LookupDeps extends Shares {
  readonly findHints: FindHints;
  /** ms of any origin: times the steps of the trace */
  readonly clock: () => number;
  /** Absent: every lookup reads the database. */
  readonly cache: HintCache | undefined;
  readonly exposures: Pick<ExposureBuffer, 'add'>;
  /** ms since 1970 */
  readonly now: () => number;
}

export interface LookupProject {
  readonly projectId: string;
  /** 32 hex digits */
  readonly textKey: string;
}

/** A step of the trace without its time. */
type Untimed<Step> = Step extends TraceStep ? Omit<Step, 'ms'> : never;
type Note = (step: Untimed<TraceStep>) => void;

export interface Lookup {
  readonly response: LookupResponse;
  /** What remembered the answer; undefined: it was read from the database. */
  readonly layer: CacheLayer | undefined;
}

/** The hints for a page as it is now. Throws `ApiError` invalid_value for what is no URL. */
export async function lookup(
  { findHints, clock, cache, exposures, now, ...shares }: LookupDeps,
  { projectId, textKey }: LookupProject,
  request: LookupRequest,
): Promise<Lookup> {
  const trace: TraceStep[] = [];
  let last = clock();
  const note: Note = (step) => {
    const now = clock();
    trace.push({ ...step, ms: Math.round((now - last) * 1000) / 1000 });
    last = now;
  };

  const normal = normaliseUrl(request.url);
  if (!normal) throw new ApiError('invalid_value', 'url: no URL');
  const { url_norm } = normal;
  const { title, title_hash = title === undefined ? undefined : titleHash(parseHashKey(textKey), fullScrub(title)) } =
    request;
  const question = { ...request, projectId, url_norm, title_hash };
  note({ step: 'normalise', detail: { url_norm } });

  const cached = await cache?.get(hintKey(question));
  if (cached) note({ step: 'cache', detail: { hit: cached.layer ?? null } });
  const { found, page_key } = cached?.layer
    ? { found: cached.found, page_key: url_norm }
    : await read(findHints, question, normal.domain, note);
  // Nobody waits for it. What is known by a template is not kept: publishing a hint of it would have to find all its addresses.
  if (cached && !cached.layer && page_key === url_norm) void cached.keep(found);

  const { page_match, page_similarity, bundle_version, hints } = found;
  const drawn = forRun(hints, request.run_id, shares, sha256Hex);
  const tried = drawn.told.filter(({ state }) => state === 'canary').length;
  if (tried + drawn.kept > 0) note({ step: 'canary', detail: { told: tried, kept: drawn.kept } });
  const { told, withheld } = bestOf(hints, drawn, request.top_k);
  const left_out = drawn.told.length - told.length;
  if (request.run_id !== undefined) {
    note({ step: 'holdout', detail: { withheld: withheld.length } });
    const asked = { project_id: projectId, run_id: request.run_id, exposed_at: new Date(now()) };
    exposures.add(exposuresOf({ told, withheld }, shares.holdoutPercent, asked));
  }
  if (request.top_k !== undefined) note({ step: 'top_k', detail: { left_out } });
  const response = {
    page_match,
    page_similarity,
    bundle_version,
    page_hints: told.filter((hint) => !hint.element),
    element_hints: told.filter((hint) => hint.element),
    ...(request.trace ? { trace } : {}),
  };
  return { response, layer: cached?.layer };
}

type Drawn = Pick<ForRun, 'told' | 'withheld'>;

/** Those about the best controls, whether told or withheld: for a control that is withheld none that is not as good is told instead. */
function bestOf(hints: readonly Hint[], { told, withheld }: Drawn, most: number | undefined): Drawn {
  if (most === undefined) return { told, withheld };
  const drawn = new Set([...told, ...withheld]);
  const best = new Set(
    topK(
      hints.filter((hint) => drawn.has(hint)),
      most,
    ),
  );
  return { told: told.filter((hint) => best.has(hint)), withheld: withheld.filter((hint) => best.has(hint)) };
}

interface Read {
  readonly found: FoundHints;
  readonly page_key: string;
}

async function read(findHints: FindHints, question: HintQuestion, domain: string, note: Note): Promise<Read> {
  const { projectId, url_norm, dom_top_signature, dom_simhash, title_hash, candidate_elements } = question;
  const { match, page_key, page_sig_id, distance, hints, elsewhere, version } = await findHints(projectId, {
    url_norm,
    dom_fingerprint_hash: dom_top_signature,
    dom_simhash,
    title_hash,
    candidates: candidate_elements,
    limit: MAX_LOOKUP_ELEMENTS * PUBLISHED_KINDS.length + MAX_PAGE_RECIPES,
  });
  const page_sig = { page_sig_id: page_sig_id ?? null, distance: distance ?? null };
  note({ step: 'page', detail: { match, page_key, ...page_sig } });
  if (match !== 'none')
    note({ step: 'hints', detail: { found: hints.length, candidates: candidate_elements?.length ?? null } });
  if (elsewhere) note({ step: 'domain', detail: { domain, found: elsewhere.length } });
  const found = {
    page_match: elsewhere?.length ? ('domain' as const) : match,
    page_similarity: match === 'exact' ? 1 : distance === undefined ? null : similarityOf(distance),
    bundle_version: version,
    hints: elsewhere?.length ? elsewhere : hints,
  };
  return { found, page_key };
}
