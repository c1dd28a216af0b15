import type { Hint, HintType } from '../../shared/protocol/schema.ts';
import { bestMember } from './best_member.ts';
import { type BestSelector, bestSelector, type ElementGroup, evidenceOf } from './best_selector.ts';
import type { ControlUses } from './control_uses.ts';
import type { ReleasePolicy } from './release.ts';
import { safeOps } from './safe_ops.ts';
import { sameJson } from './same_json.ts';
import { sameWait, waitCondition } from './wait_condition.ts';
import { wilsonLowerBound } from './wilson.ts';

/** What a hint tells, as it would be now. */
export interface Advice<T extends PublishedKind = PublishedKind> {
  readonly data: Extract<Hint, { hint_type: T }>['data'];
  readonly confidence: number;
  readonly evidence: Hint['evidence'];
}

/** Kinds of hint about one control. */
export const PUBLISHED_KINDS = ['best_selector', 'wait_condition', 'safe_ops'] as const satisfies readonly HintType[];
export type PublishedKind = (typeof PUBLISHED_KINDS)[number];

export interface Kind<T extends PublishedKind> {
  readonly hint_type: T;
  /** Undefined where nothing can be told. */
  readonly advise: (group: ElementGroup, uses: ControlUses | undefined, policy: ReleasePolicy) => Advice<T> | undefined;
  /** What is told already with the newest figures; undefined where what is known now is another advice. */
  readonly refreshed: (told: Advice<T>['data'], fresh: Advice<T>['data']) => Advice<T>['data'] | undefined;
}

/** Which tools were used is evidence, not advice. */
const sameSelector = (told: BestSelector['data'], fresh: BestSelector['data']): boolean =>
  sameJson({ ...told, tools: fresh.tools }, fresh);

const BEST_SELECTOR: Kind<'best_selector'> = {
  hint_type: 'best_selector',
  advise: (group, _, { minKeys }) => bestSelector(group, minKeys),
  refreshed: (told, fresh) => (sameSelector(told, fresh) ? fresh : undefined),
};

const WAIT_CONDITION: Kind<'wait_condition'> = {
  hint_type: 'wait_condition',
  advise(group, uses) {
    const data = uses && waitCondition(uses);
    return data && { data, confidence: wilsonLowerBound(data.samples, data.samples), evidence: evidenceOf(group) };
  },
  refreshed: sameWait,
};

const SAFE_OPS: Kind<'safe_ops'> = {
  hint_type: 'safe_ops',
  advise(group, uses, policy) {
    const data = uses && safeOps(uses, bestMember(group.members)?.identity ?? null, policy);
    return data && { data, confidence: wilsonLowerBound(uses.weight, uses.weight), evidence: evidenceOf(group) };
  },
  refreshed: (told, fresh) => (told.class === fresh.class ? fresh : undefined),
};

export const KINDS = [BEST_SELECTOR, WAIT_CONDITION, SAFE_OPS] as readonly Kind<PublishedKind>[];
