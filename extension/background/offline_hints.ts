import { createSHA256 } from 'hash-wasm';
import { findInBundle, type PageNow } from '../../shared/hints/find_in_bundle.ts';
import { forRun, type Sha256 } from '../../shared/hints/for_run.ts';
import type { Bundle } from '../../shared/protocol/bundle.ts';
import type { LookupResponse } from '../../shared/protocol/schema.ts';

let hasher: Promise<Sha256> | undefined;

async function loadSha256(): Promise<Sha256> {
  const sha256 = await createSHA256();
  return (text) => sha256.init().update(text).digest('hex');
}

/** What the server would answer to a run, from a bundle: what is held out, or being tried, is drawn as the server draws it. */
export async function hintsOffline(bundle: Bundle, page: PageNow, runId: string | undefined): Promise<LookupResponse> {
  hasher ??= loadSha256();
  const { page_match, page_similarity, hints } = findInBundle(bundle, page);
  const shares = { canaryPercent: bundle.canary_percent, holdoutPercent: bundle.holdout_percent };
  const { told } = forRun(hints, runId, shares, await hasher);
  return {
    page_match,
    page_similarity,
    bundle_version: bundle.version,
    page_hints: told.filter((hint) => !hint.element),
    element_hints: told.filter((hint) => hint.element),
  };
}
