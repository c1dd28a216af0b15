import type { HintState } from '../../shared/protocol/schema.ts';
import { daysAlone } from './alone.ts';
import { balanced, byKeys, isSure, keysOfBoth, lowerBound, sum, upperBound, weight } from './balance.ts';
import type { Change, LineageFacts, ReleasePolicy, ReleaseReason, VersionFacts } from './release.ts';
import { wilsonLowerBound } from './wilson.ts';

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
 * another only by reports of its own choice, in which no instance counts for more than all others: nobody, by no key, moves an active hint
 * alone. Where fewer keys told of the control than must agree, though as many send, they have some days to tell of it.
 */
function earned(facts: LineageFacts, policy: ReleasePolicy, moves: boolean): boolean {
  const { recorded, choice } = facts;
  const told = moves
    ? balanced(choice, facts, policy)
    : byKeys(sum(recorded, choice), keysOfBoth(recorded, choice), facts, policy);
  const days = moves ? choice.okDays : Math.max(recorded.okDays, choice.okDays);
  const bound = BOUND_SHARE * wilsonLowerBound(policy.minSuccesses, policy.minSuccesses);
  const { minKeys, minDays } = policy;
  const wanted = facts.keys < Math.min(minKeys, facts.senders) ? Math.max(minDays, daysAlone(policy)) : minDays;
  return told.ok >= policy.minSuccesses && days >= wanted && isSure(told, bound);
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
