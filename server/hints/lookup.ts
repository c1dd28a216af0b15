import { MAX_LOOKUP_ELEMENTS } from '../../shared/protocol/limits.ts';
import type { LookupRequest, LookupResponse } from '../../shared/protocol/schema.ts';
import { hashText, parseHashKey } from '../../shared/signature/hash.ts';
import { normaliseUrl } from '../../shared/signature/url.ts';
import type { Db } from '../db/db.ts';
import { ApiError } from '../errors.ts';
import { findHints } from './find_hints.ts';

export interface LookupProject {
  readonly projectId: string;
  /** 32 hex digits */
  readonly textKey: string;
}

type Trace = NonNullable<LookupResponse['trace']>;

/**
 * The hints for a page as it is now. `clock` in ms, of any origin, times the steps of the trace. Throws `ApiError`
 * invalid_value for what is no URL.
 */
export async function lookup(
  db: Db,
  clock: () => number,
  { projectId, textKey }: LookupProject,
  request: LookupRequest,
): Promise<LookupResponse> {
  const trace: Trace = [];
  let last = clock();
  const step = (name: string, detail: Trace[number]['detail']) => {
    const now = clock();
    trace.push({ step: name, detail, ms: Math.round((now - last) * 1000) / 1000 });
    last = now;
  };

  const normal = normaliseUrl(request.url);
  if (!normal) throw new ApiError('invalid_value', 'url: no URL');
  const { title, title_hash = title === undefined ? undefined : hashText(parseHashKey(textKey), title) } = request;
  step('normalise', { url_norm: normal.url_norm });

  const found = await findHints(db, projectId, {
    url_norm: normal.url_norm,
    dom_fingerprint_hash: request.dom_top_signature,
    dom_simhash: request.dom_simhash,
    title_hash,
    candidates: request.candidate_elements,
    limit: MAX_LOOKUP_ELEMENTS,
  });
  step('page', { match: found.match, page_sig_id: found.page_sig_id ?? null, distance: found.distance ?? null });
  if (found.match !== 'none') {
    step('hints', { found: found.hints.length, candidates: request.candidate_elements?.length ?? null });
  }
  return {
    page_match: found.match,
    page_hints: found.hints.filter((hint) => !hint.element),
    element_hints: found.hints.filter((hint) => hint.element),
    ...(request.trace ? { trace } : {}),
  };
}
