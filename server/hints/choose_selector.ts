import { MAX_CANDIDATES } from '../../shared/protocol/limits.ts';
import type { SelectorCandidate, SelectorKind } from '../../shared/protocol/schema.ts';

/**
 * How far a selector of each kind is trusted before there is evidence, in the order in which they survived from one version of real
 * applications to the next (`durable_by_kind` of the bench relocate-dom). Positional ones break with any change of a list.
 */
export const KIND_PRIOR: Record<SelectorKind, number> = {
  test_id: 1,
  attribute: 0.95,
  id: 0.92,
  text: 0.9,
  role_name: 0.88,
  aria: 0.85,
  label: 0.82,
  placeholder: 0.8,
  css: 0.5,
  positional: 0.2,
};

/** What pages reported of one selector. */
export interface SelectorEvidence {
  /** Weighed by their age. */
  readonly found: number;
  readonly missed: number;
}

/** Reports that the prior weighs as much as. */
const PRIOR_REPORTS = 2;

/**
 * The candidates of one element, best first, each selector once. One that matched several elements in any state never
 * stands before one that was unique in all; then by the kind's prior, corrected by evidence.
 */
export function rankSelectors(
  candidates: readonly SelectorCandidate[],
  evidenceOf: (selector: string) => SelectorEvidence | undefined,
): SelectorCandidate[] {
  const merged = new Map<string, SelectorCandidate>();
  for (const candidate of candidates) {
    const known = merged.get(candidate.selector);
    if (!known || (known.matches === 1 && candidate.matches !== 1)) merged.set(candidate.selector, candidate);
  }
  const score = ({ kind, selector }: SelectorCandidate): number => {
    const { found, missed } = evidenceOf(selector) ?? { found: 0, missed: 0 };
    return (KIND_PRIOR[kind] * (found + PRIOR_REPORTS)) / (found + missed + PRIOR_REPORTS);
  };
  return [...merged.values()]
    .sort(
      (a, b) =>
        Number(b.matches === 1) - Number(a.matches === 1) ||
        score(b) - score(a) ||
        a.selector.length - b.selector.length ||
        (a.selector < b.selector ? -1 : 1),
    )
    .slice(0, MAX_CANDIDATES);
}
