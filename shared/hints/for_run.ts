import type { Hint } from '../protocol/schema.ts';

/** Percent of runs, each drawn for a run and a hint by itself. */
export interface Shares {
  /** Of those that are told a hint which has not yet earned its place. */
  readonly canaryPercent: number;
  /** Of those that a hint is withheld from. */
  readonly holdoutPercent: number;
}

/** SHA-256 of the UTF-8 of a text, in hex. */
export type Sha256 = (text: string) => string;

export interface ForRun {
  /** In the order of what was found. */
  readonly told: readonly Hint[];
  /** What the run would have been told. */
  readonly withheld: readonly Hint[];
  /** Versions that are being tried, and that this run is told nothing of. */
  readonly kept: number;
}

/**
 * What one run is told of what was found, the same at every lookup, and the same by the server and offline: of a hint with an active
 * version and a canary one of them, and nothing of a hint that is held out. Who does not say which run asks is told no canaries, and
 * all else; what an operator pinned is told to all.
 */
export function forRun(
  found: readonly Hint[],
  runId: string | undefined,
  { canaryPercent, holdoutPercent }: Shares,
  sha256: Sha256,
): ForRun {
  const drawn = (draw: 'canary' | 'holdout', lineage: string, percent: number): boolean =>
    runId !== undefined &&
    percent > 0 &&
    Number.parseInt(sha256(`${draw} ${runId.toLowerCase()} ${lineage}`).slice(0, 8), 16) < (percent / 100) * 2 ** 32;
  const canaries = new Set<string>();
  for (const hint of found)
    if (hint.state === 'canary' && drawn('canary', lineageOf(hint), canaryPercent)) canaries.add(lineageOf(hint));
  const told: Hint[] = [];
  const withheld: Hint[] = [];
  let kept = 0;
  for (const hint of found) {
    const lineage = lineageOf(hint);
    if ((hint.state === 'canary') !== canaries.has(lineage)) kept += Number(hint.state === 'canary');
    else if (hint.pinned || !drawn('holdout', lineage, holdoutPercent)) told.push(hint);
    else withheld.push(hint);
  }
  return { told, withheld, kept };
}

/** The same for all versions of a hint and on all states of its page, where its control has signatures of its own. */
const lineageOf = ({ hint_type, element, page, data }: Hint): string =>
  hint_type === 'recipe'
    ? JSON.stringify([hint_type, data.recipe])
    : JSON.stringify([hint_type, page.url_norm, element?.selector_norm, element?.attr_fingerprint_hash]);
