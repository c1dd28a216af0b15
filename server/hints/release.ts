import type { HintState } from '../../shared/protocol/schema.ts';
import { balanced, byKeys, isSure, keysOfBoth, lowerBound, sum, upperBound, weight } from './balance.ts';
import { wilsonLowerBound } from './wilson.ts';

/** When a hint may be served, see README "How hints are made and trusted". */
export interface ReleasePolicy {
  /** Independent successes that make a hint active. */
  readonly minSuccesses: number;
  /** Days over which they must be spread. */
  readonly minDays: number;
  /** Days without any success after which a hint is retired; 0: never. */
  readonly decayDays: number;
  /** Days in which what was seen comes to weigh half; 0: never. */
  readonly halfLifeDays: number;
  /** API keys that must agree on what moves an active hint, where the project has as many that send; 1: any alone. */
  readonly minKeys: number;
}

/** What was sent with one key. */
export interface KeyVotes {
  readonly key_no: number;
  readonly ok: number;
  readonly bad: number;
}

/** What was seen, and what it weighs by its age. */
export interface Tally {
  readonly ok: number;
  readonly bad: number;
  readonly okWeight: number;
  readonly badWeight: number;
  readonly okDays: number;
  /** Empty where that is not kept. */
  readonly keys: readonly KeyVotes[];
}

/** What is independent: what one instance told on one day counts once, however often it told it. */
export interface Votes extends Tally {
  /** Instances (runs, where no instance was told) behind them. */
  readonly okVoters: number;
  readonly badVoters: number;
  /** Without those of the one who told most. */
  readonly okOthers: number;
  readonly badOthers: number;
}

export const NO_VOTES: Votes = {
  ok: 0,
  bad: 0,
  okWeight: 0,
  badWeight: 0,
  okDays: 0,
  keys: [],
  okVoters: 0,
  badVoters: 0,
  okOthers: 0,
  badOthers: 0,
};

export interface VersionFacts {
  readonly id: string;
  readonly version: number;
  readonly state: HintState;
  readonly superseded: boolean;
  /** Of this version's first choice while it was told. */
  readonly votes: Votes;
}

/** One hint: all versions of what is known about one control, oldest first. */
export interface LineageFacts {
  readonly versions: readonly VersionFacts[];
  /** Runs in which the control was used with success, as they were recorded. */
  readonly recorded: Tally;
  /** What pages reported of the newest version's first choice, in whatever version it was tried. */
  readonly choice: Votes;
  /** Instances that the project has, two at the most: with one alone there is nobody else to ask. */
  readonly instances: number;
  /** API keys that sent anything within the days that hints are kept. */
  readonly keys: number;
  readonly lastSuccessAt: Date | undefined;
  readonly decision: Decision | undefined;
}

/** What an operator decided. It binds until it is taken back. */
export type Decision = { readonly kind: 'pin'; readonly version: number } | { readonly kind: 'veto' };

/** Why a version changed its state. */
export const RELEASE_REASONS = [
  'created',
  'tried',
  'earned',
  'replaced',
  'worse_than_before',
  'failing',
  'forged',
  'restored',
  'not_seen',
  'joined',
  'held',
  'step_withdrawn',
  'pinned',
  'vetoed',
  'rolled_back',
  'automatic',
] as const;
export type ReleaseReason = (typeof RELEASE_REASONS)[number];

export interface Change {
  readonly id: string;
  readonly from: HintState;
  readonly to: HintState;
  readonly superseded: boolean;
  readonly reason: ReleaseReason;
  readonly detail: Readonly<Record<string, unknown>>;
}

const DAY_MS = 24 * 3600 * 1000;
/** Of the bound that as many successes as are asked for, without a failure, would reach. */
const BOUND_SHARE = 0.75;
/** A version that is certainly right less often is not served, whatever there was before. */
const WORST = 0.5;

const served = ({ state, superseded }: VersionFacts): boolean => state === 'active' && !superseded;

/** What must change so that a hint is served as its evidence and its operator say. Pure; asked again after the changes it is empty. */
export function decide(facts: LineageFacts, policy: ReleasePolicy, now: Date): Change[] {
  const { versions, decision } = facts;
  if (decision?.kind === 'veto') return versions.flatMap((each) => quarantined(each, 'vetoed'));
  if (decision?.kind === 'pin') return pinned(versions, decision.version);

  if (isOld(facts.lastSuccessAt, policy, now)) {
    const told = { last_success_at: facts.lastSuccessAt?.toISOString() };
    return versions.flatMap((each) => (each.state === 'quarantined' ? [] : retired(each, told)));
  }

  const active = versions.findLast(served);
  const last = versions.at(-1);
  const newest = last && last !== active && !last.superseded && last.state !== 'quarantined' ? last : undefined;
  const worse = newest && tooBad(facts, newest, policy);
  if (newest && worse) return quarantined(newest, worse.reason, worse.detail);
  if (newest && earned(facts, policy, active !== undefined)) {
    const evidence = { recorded: facts.recorded, reported: facts.choice };
    return [
      changed(newest, 'active', false, 'earned', evidence),
      ...(active ? [changed(active, 'active', true, 'replaced', { by: newest.version })] : []),
    ];
  }
  const failing = active && tooBad(facts, active, policy);
  if (active && failing) return rollback(versions, active, failing);
  return newest?.state === 'candidate' && tried(facts) ? [changed(newest, 'canary', false, 'tried')] : [];
}

/** A canary needs somebody's success: of the control itself, or of its selector. */
const tried = ({ recorded, choice }: LineageFacts): boolean => recorded.ok + choice.ok > 0;

/**
 * Whether the newest version has earned to be served to all. The first version of a hint by runs and reports; one that replaces
 * another only by reports of its own choice, in which no instance counts for more than all others: nobody, by no key, moves an active hint alone.
 */
function earned(facts: LineageFacts, policy: ReleasePolicy, moves: boolean): boolean {
  const { recorded, choice } = facts;
  const told = moves
    ? balanced(choice, facts, policy)
    : byKeys(sum(recorded, choice), keysOfBoth(recorded, choice), facts, policy);
  const days = moves ? choice.okDays : Math.max(recorded.okDays, choice.okDays);
  const bound = BOUND_SHARE * wilsonLowerBound(policy.minSuccesses, policy.minSuccesses);
  return told.ok >= policy.minSuccesses && days >= policy.minDays && isSure(told, bound);
}

interface Verdict {
  readonly reason: 'worse_than_before' | 'failing';
  readonly detail: Readonly<Record<string, unknown>>;
}

/** Whether what was reported of a version says that it must not be served, and why. */
function tooBad(facts: LineageFacts, one: VersionFacts, policy: ReleasePolicy): Verdict | undefined {
  const { versions } = facts;
  const votes = balanced(one.votes, facts, policy);
  const upper = upperBound(votes);
  const before = versions.findLast(
    (each) => each.version < one.version && each.state === 'active' && weight(each.votes) > 0,
  );
  const told = { ok: votes.ok, bad: votes.bad, at_most: upper };
  if (before && upper < lowerBound(before.votes)) {
    const { ok, bad } = before.votes;
    return {
      reason: 'worse_than_before',
      detail: { ...told, before: { version: before.version, ok, bad, at_least: lowerBound(before.votes) } },
    };
  }
  return upper < WORST ? { reason: 'failing', detail: told } : undefined;
}

/** A version that fails makes way for the one before it, where that one was better. */
function rollback(versions: readonly VersionFacts[], failing: VersionFacts, { reason, detail }: Verdict): Change[] {
  const before = versions.findLast((each) => each.version < failing.version && each.state === 'active');
  return [
    ...quarantined(failing, reason, detail),
    ...(reason === 'worse_than_before' && before
      ? [changed(before, 'active', false, 'restored', { instead_of: failing.version })]
      : []),
  ];
}

/** Whether nobody used a control with success for so long that hints about it are retired. */
export const isOld = (lastSuccessAt: Date | undefined, { decayDays }: ReleasePolicy, now: Date): boolean =>
  lastSuccessAt !== undefined && decayDays > 0 && now.getTime() - lastSuccessAt.getTime() > decayDays * DAY_MS;

const retired = (one: VersionFacts, detail: Change['detail']): Change[] =>
  one.superseded ? [] : [changed(one, one.state, true, 'not_seen', detail)];

/** The others wait as candidates, or are replaced: they are neither served nor tried. */
function pinned(versions: readonly VersionFacts[], version: number): Change[] {
  return versions.flatMap((each) => {
    if (each.version === version) return served(each) ? [] : [changed(each, 'active', false, 'pinned', { version })];
    if (each.superseded) return [];
    if (each.state === 'active') return [changed(each, 'active', true, 'pinned', { version })];
    return each.state === 'canary' ? [changed(each, 'candidate', false, 'pinned', { version })] : [];
  });
}

const quarantined = (one: VersionFacts, reason: ReleaseReason, detail: Change['detail'] = {}): Change[] =>
  one.state === 'quarantined' ? [] : [changed(one, 'quarantined', one.superseded, reason, detail)];

const changed = (
  { id, state }: VersionFacts,
  to: HintState,
  superseded: boolean,
  reason: ReleaseReason,
  detail: Change['detail'] = {},
): Change => ({ id, from: state, to, superseded, reason, detail });
