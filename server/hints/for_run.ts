import type { Hint } from '../../shared/protocol/schema.ts';
import type { FoundHints } from '../cache/hint_cache.ts';
import { sha256Hex } from '../sha256.ts';

/**
 * What one run is told of what was found: of a hint with an active version and a canary one of them. Canaries go to
 * `canaryPercent` of runs, the same for every lookup of a run; none to who does not say which run asks.
 */
export function forRun(found: FoundHints, runId: string | undefined, canaryPercent: number): FoundHints {
  const { page_hints, element_hints } = found;
  const canaries = new Set<string>();
  for (const hint of [...page_hints, ...element_hints])
    if (hint.state === 'canary' && runId !== undefined && drawn(runId, lineageOf(hint), canaryPercent))
      canaries.add(lineageOf(hint));
  const told = (hint: Hint): boolean => (hint.state === 'canary') === canaries.has(lineageOf(hint));
  return { ...found, page_hints: page_hints.filter(told), element_hints: element_hints.filter(told) };
}

const lineageOf = ({ hint_type, element, page }: Hint): string =>
  `${hint_type} ${element?.elem_sig_id ?? page.page_sig_id}`;

/** Always the same for a run and a hint, and independent of other hints. */
const drawn = (runId: string, lineage: string, percent: number): boolean =>
  Number.parseInt(sha256Hex(`canary ${runId.toLowerCase()} ${lineage}`).slice(0, 8), 16) < (percent / 100) * 2 ** 32;
