import type { BestSelectorData, ElementIdentity, Hint, SelectorCandidate } from '../../shared/protocol/schema.ts';
import { render } from '../../shared/signature/render.ts';
import { bestMember } from './best_member.ts';
import { KIND_PRIOR, rankSelectors, type SelectorEvidence } from './choose_selector.ts';
import { quantile, type Sketch, sizeOf } from './sketch.ts';
import { supported } from './supported.ts';
import { wilsonLowerBound } from './wilson.ts';

/** One element on all the states of its page. */
export interface ElementGroup {
  readonly selector_norm: string;
  readonly members: readonly ElementMember[];
  /** Tools that succeeded on it, most used first. */
  readonly tools: readonly string[];
  readonly runs: number;
  /** Of successes and errors, by their age. */
  readonly weights: Weights;
  /** Weighed by their age, and the mean of them. */
  readonly latencies: Sketch;
  readonly avgLatencyMs: number | null;
  readonly selectors: ReadonlyMap<string, SelectorEvidence>;
}

export interface Weights {
  readonly ok: number;
  readonly bad: number;
}

/** The element on one state. */
export interface ElementMember {
  readonly elem_sig_id: string;
  readonly identity: ElementIdentity | null;
  readonly candidates: readonly SelectorCandidate[] | null;
  /** Some of those who used it there with success, each by a number. */
  readonly voters?: readonly number[];
  /** Numbers of the API keys that told of those. */
  readonly keys?: readonly number[];
  readonly success_ct: number;
  readonly error_ct: number;
  readonly last_success_at: Date | null;
}

export interface BestSelector {
  readonly data: BestSelectorData;
  readonly confidence: number;
  readonly evidence: Hint['evidence'];
}

const MAX_TOOLS = 8;

/**
 * What is known of how to find an element. Undefined where no call ever succeeded on it, or where it has no identity:
 * without one nobody could verify the hint. Where several API keys tell of it, a selector needs `minKeys` of them.
 */
export function bestSelector(group: ElementGroup, minKeys = 1): BestSelector | undefined {
  const evidence = evidenceOf(group);
  const best = bestMember(group.members);
  const ranked = rankSelectors(candidatesOf(group, minKeys), (selector) => group.selectors.get(selector));
  const [chosen, ...alternatives] = ranked;
  if (!best?.identity || !chosen || evidence.success_ct === 0) return undefined;
  const { found, missed } = group.selectors.get(chosen.selector) ?? { found: 0, missed: 0 };
  const { ok, bad } = group.weights;
  return {
    data: {
      selector: chosen.selector,
      kind: chosen.kind,
      alternatives,
      ...rendered(chosen.selector, best.identity),
      identity: best.identity,
      tools: group.tools.slice(0, MAX_TOOLS),
    },
    confidence: wilsonLowerBound(ok + found, ok + bad + found + missed) * KIND_PRIOR[chosen.kind],
    evidence,
  };
}

function rendered(selector: string, { shadow }: ElementIdentity): Pick<BestSelectorData, 'renderings'> {
  const renderings = render(selector, shadow);
  return renderings ? { renderings } : {};
}

/** What scrubbing leaves of a selector that said nothing but personal data names every element of its tag. */
const NAMES_ALL = /^(?:\*|[a-z][a-z0-9-]*)$/i;

function candidatesOf({ members, selector_norm }: ElementGroup, minKeys: number): SelectorCandidate[] {
  const candidates = supported(members, minKeys);
  if (candidates.length > 0 || NAMES_ALL.test(selector_norm)) return candidates;
  return [{ kind: 'css', selector: selector_norm, matches: 1 }];
}

/** Undefined where none succeeded. */
export function lastSuccessOf(members: readonly Pick<ElementMember, 'last_success_at'>[]): Date | undefined {
  const times = members.flatMap(({ last_success_at }) => (last_success_at ? [last_success_at.getTime()] : []));
  return times.length ? new Date(Math.max(...times)) : undefined;
}

export function evidenceOf({ members, runs, latencies: sketch, avgLatencyMs }: ElementGroup): Hint['evidence'] {
  const sum = (of: (member: ElementMember) => number) => members.reduce((total, member) => total + of(member), 0);
  const at = (share: number) => Math.round(quantile(sketch, share));
  return {
    success_ct: sum((member) => member.success_ct),
    error_ct: sum((member) => member.error_ct),
    runs,
    ...(sizeOf(sketch) ? { latency_ms: { p50: at(0.5), p95: at(0.95), p99: at(0.99) } } : {}),
    avg_latency_ms: avgLatencyMs,
    last_success_at: lastSuccessOf(members)?.toISOString() ?? null,
  };
}
