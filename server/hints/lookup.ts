import { fullScrub } from '../../shared/privacy/full-scrub.ts';
import { MAX_LOOKUP_ELEMENTS } from '../../shared/protocol/limits.ts';
import type { LookupRequest, LookupResponse } from '../../shared/protocol/schema.ts';
import { parseHashKey } from '../../shared/signature/hash.ts';
import { titleHash } from '../../shared/signature/title.ts';
import { normaliseUrl } from '../../shared/signature/url.ts';
import type { CacheLayer, FoundHints, HintCache } from '../cache/hint_cache.ts';
import { type HintQuestion, hintKey } from '../cache/hint_key.ts';
import { ApiError } from '../errors.ts';
import { MAX_PAGE_RECIPES } from '../recipes/limits.ts';
import { exposuresOf } from './exposure.ts';
import type { ExposureBuffer } from './exposure_buffer.ts';
import type { FindHints } from './find_hints.ts';
import { forRun, type Shares } from './for_run.ts';
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

type Trace = NonNullable<LookupResponse['trace']>;
type Step = (name: string, detail: Trace[number]['detail']) => void;

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
  const trace: Trace = [];
  let last = clock();
  const step: Step = (name, detail) => {
    const now = clock();
    trace.push({ step: name, detail, ms: Math.round((now - last) * 1000) / 1000 });
    last = now;
  };

  const normal = normaliseUrl(request.url);
  if (!normal) throw new ApiError('invalid_value', 'url: no URL');
  const { url_norm } = normal;
  const { title, title_hash = title === undefined ? undefined : titleHash(parseHashKey(textKey), fullScrub(title)) } =
    request;
  const question = { ...request, projectId, url_norm, title_hash };
  step('normalise', { url_norm });

  const cached = await cache?.get(hintKey(question));
  if (cached) step('cache', { hit: cached.layer ?? null });
  const { found, page_key } = cached?.layer
    ? { found: cached.found, page_key: url_norm }
    : await read(findHints, question, step);
  // Nobody waits for it. What is known by a template is not kept: publishing a hint of it would have to find all its addresses.
  if (cached && !cached.layer && page_key === url_norm) void cached.keep(found);
  const forThisRun = forRun(found, request.run_id, shares);
  const { told, withheld } = forThisRun;
  if (request.run_id !== undefined) {
    step('holdout', { withheld: withheld.length });
    const asked = { project_id: projectId, run_id: request.run_id, exposed_at: new Date(now()) };
    exposures.add(exposuresOf(forThisRun, shares.holdoutPercent, asked));
  }
  return { response: { ...told, ...(request.trace ? { trace } : {}) }, layer: cached?.layer };
}

interface Read {
  readonly found: FoundHints;
  readonly page_key: string;
}

async function read(findHints: FindHints, question: HintQuestion, step: Step): Promise<Read> {
  const { projectId, url_norm, dom_top_signature, dom_simhash, title_hash, candidate_elements } = question;
  const { match, page_key, page_sig_id, distance, hints } = await findHints(projectId, {
    url_norm,
    dom_fingerprint_hash: dom_top_signature,
    dom_simhash,
    title_hash,
    candidates: candidate_elements,
    limit: MAX_LOOKUP_ELEMENTS * PUBLISHED_KINDS.length + MAX_PAGE_RECIPES,
  });
  step('page', { match, page_key, page_sig_id: page_sig_id ?? null, distance: distance ?? null });
  if (match !== 'none') step('hints', { found: hints.length, candidates: candidate_elements?.length ?? null });
  const found = {
    page_match: match,
    page_hints: hints.filter((hint) => !hint.element),
    element_hints: hints.filter((hint) => hint.element),
  };
  return { found, page_key };
}
