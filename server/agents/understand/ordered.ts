import type { SelectorCandidate } from '../../../shared/protocol/schema.ts';
import { SELECTOR_KINDS } from '../../../shared/protocol/schema.ts';

/** Selectors by their kinds, the most durable first. */
export const ordered = (candidates: readonly SelectorCandidate[]): SelectorCandidate[] =>
  candidates.toSorted((a, b) => SELECTOR_KINDS.indexOf(a.kind) - SELECTOR_KINDS.indexOf(b.kind));
