import type { Hint } from '../../shared/protocol/schema.ts';
import type { FoundHints } from '../cache/hint_cache.ts';
import { sha256Hex } from '../sha256.ts';

/** Percent of runs, each drawn for a run and a hint by itself. */
export interface Shares {
  /** Of those that are told a hint which has not yet earned its place. */
  readonly canaryPercent: number;
  /** Of those that a hint is withheld from. */
  readonly holdoutPercent: number;
}

export interface ForRun {
  readonly told: FoundHints;
  /** What the run would have been told. */
  readonly withheld: readonly Hint[];
}

/**
 * What one run is told of what was found, the same at every lookup: of a hint with an active version and a canary one of them, and
 * nothing of a hint that is held out. Who does not say which run asks is told no canaries, and all else; what an operator pinned is
 * told to all.
 */
export function forRun(
  found: FoundHints,
  runId: string | undefined,
  { canaryPercent, holdoutPercent }: Shares,
): ForRun {
  const { page_hints, element_hints } = found;
  const canaries = new Set<string>();
  for (const hint of [...page_hints, ...element_hints])
    if (hint.state === 'canary' && runId !== undefined && drawn('canary', runId, lineageOf(hint), canaryPercent))
      canaries.add(lineageOf(hint));
  const withheld: Hint[] = [];
  const told = (hint: Hint): boolean => {
    const lineage = lineageOf(hint);
    if ((hint.state === 'canary') !== canaries.has(lineage)) return false;
    if (hint.pinned || runId === undefined || !drawn('holdout', runId, lineage, holdoutPercent)) return true;
    withheld.push(hint);
    return false;
  };
  return {
    told: { ...found, page_hints: page_hints.filter(told), element_hints: element_hints.filter(told) },
    withheld,
  };
}

/** The same for all versions of a hint and on all states of its page, where its control has signatures of its own. */
const lineageOf = ({ hint_type, element, page, data }: Hint): string =>
  hint_type === 'recipe'
    ? JSON.stringify([hint_type, data.recipe])
    : JSON.stringify([hint_type, page.url_norm, element?.selector_norm, element?.attr_fingerprint_hash]);

/** Always the same for a run and a hint, and independent of other hints and of what else is drawn. */
const drawn = (draw: 'canary' | 'holdout', runId: string, lineage: string, percent: number): boolean =>
  percent > 0 &&
  Number.parseInt(sha256Hex(`${draw} ${runId.toLowerCase()} ${lineage}`).slice(0, 8), 16) < (percent / 100) * 2 ** 32;
