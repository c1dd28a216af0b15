import { expect, test } from 'vitest';
import type { HintState } from '../../shared/protocol/schema.ts';
import { decide } from './decide.ts';
import type { LineageFacts, ReleasePolicy, VersionFacts, Votes } from './release.ts';

const NOW = new Date('2026-06-15T12:00:00Z');
const POLICY: ReleasePolicy = { minSuccesses: 3, minDays: 2, decayDays: 60, halfLifeDays: 30, minKeys: 2 };
const votes = (ok: number, bad = 0, voters = 2, days = 2): Votes => ({
  ok,
  bad,
  okWeight: ok,
  badWeight: bad,
  okVoters: Math.min(ok, voters),
  badVoters: Math.min(bad, voters),
  okOthers: voters < 2 ? 0 : Math.floor(ok / 2),
  badOthers: voters < 2 ? 0 : Math.floor(bad / 2),
  okDays: Math.min(ok, days),
  keys: [],
});
const version = (n: number, state: HintState, of = votes(0), superseded = false): VersionFacts => ({
  id: String(n),
  version: n,
  state,
  superseded,
  votes: of,
});
const facts = (versions: readonly VersionFacts[], changes: Partial<LineageFacts> = {}): LineageFacts => ({
  versions,
  recorded: votes(0),
  choice: votes(0),
  instances: 2,
  keys: 1,
  senders: 1,
  lastSuccessAt: NOW,
  decision: undefined,
  ...changes,
});
/** What became of which version, and why. */
const decided = (of: LineageFacts, policy = POLICY) =>
  decide(of, policy, NOW).map(
    ({ id, to, superseded, reason }) => `${id} ${to}${superseded ? ' replaced' : ''}: ${reason}`,
  );

test('a first version goes from candidate over canary to active as successes come from several runs and days', () => {
  expect(decided(facts([version(1, 'candidate')]))).toEqual([]);
  expect(decided(facts([version(1, 'candidate')], { recorded: votes(1) }))).toEqual(['1 canary: tried']);
  expect(decided(facts([version(1, 'canary')], { recorded: votes(3, 0, 1, 1) }))).toEqual([]);
  expect(decided(facts([version(1, 'canary')], { recorded: votes(3, 0, 1, 2) }))).toEqual(['1 active: earned']);
  expect(decided(facts([version(1, 'active')], { recorded: votes(3) }))).toEqual([]);
});

test('where one key alone told of a control, though others send, its successes have to come over more days', () => {
  const alone = (days: number, changes: Partial<LineageFacts> = {}, policy = POLICY) =>
    decided(facts([version(1, 'canary')], { recorded: votes(9, 0, 1, days), senders: 2, ...changes }), policy);
  expect(alone(4)).toEqual([]);
  expect(alone(5)).toEqual(['1 active: earned']);
  expect(alone(2, { keys: 2 })).toEqual(['1 active: earned']);
  expect(alone(2, { senders: 1 })).toEqual(['1 active: earned']);
  expect(alone(2, {}, { ...POLICY, minKeys: 1 })).toEqual(['1 active: earned']);
  expect(alone(1, {}, { ...POLICY, minDays: 1 })).toEqual(['1 active: earned']);
});

test('failures hold it back', () => {
  expect(decided(facts([version(1, 'canary')], { recorded: votes(3, 1) }))).toEqual([]);
  expect(decided(facts([version(1, 'canary')], { recorded: votes(8, 1) }))).toEqual(['1 active: earned']);
});

test('a version that replaces another needs reports of its own choice, and of two instances where there are two', () => {
  const versions = [version(1, 'active', votes(5)), version(2, 'canary')];
  expect(decided(facts(versions, { recorded: votes(100) }))).toEqual([]);
  expect(decided(facts(versions, { choice: votes(100, 0, 1, 30) }))).toEqual([]);
  expect(decided(facts(versions, { choice: votes(4) }))).toEqual(['2 active: earned', '1 active replaced: replaced']);
  expect(decided(facts(versions, { choice: votes(3, 0, 1), instances: 1 }))).toEqual([
    '2 active: earned',
    '1 active replaced: replaced',
  ]);
});

test('a new version that does significantly worse than the one before makes way for it', () => {
  const old = version(1, 'active', votes(20), true);
  const [bad] = decide(facts([old, version(2, 'active', votes(2, 6))]), POLICY, NOW);
  expect(decided(facts([old, version(2, 'active', votes(2, 6))]))).toEqual([
    '2 quarantined: worse_than_before',
    '1 active: restored',
  ]);
  expect(bad?.detail).toMatchObject({ ok: 2, bad: 6, before: { version: 1, ok: 20, bad: 0 } });
  expect(decided(facts([old, version(2, 'active', votes(8, 1))]))).toEqual([]);
  // One instance alone cannot do that where there are others.
  expect(decided(facts([old, version(2, 'active', votes(0, 50, 1))]))).toEqual([]);
  // Nor is there anything left to do afterwards.
  expect(decided(facts([{ ...old, superseded: false }, version(2, 'quarantined', votes(2, 6))]))).toEqual([]);
});

test('a canary that fails is withdrawn, and what is active stays', () => {
  const versions = [version(1, 'active', votes(20)), version(2, 'canary', votes(0, 4))];
  expect(decided(facts(versions))).toEqual(['2 quarantined: worse_than_before']);
  expect(decided(facts([version(1, 'canary', votes(0, 6))]))).toEqual(['1 quarantined: failing']);
});

test('what nobody used for long is retired', () => {
  const lastSuccessAt = new Date(NOW.getTime() - 61 * 24 * 3600 * 1000);
  const versions = [version(1, 'active', votes(5)), version(2, 'canary')];
  expect(decided(facts(versions, { lastSuccessAt }))).toEqual([
    '1 active replaced: not_seen',
    '2 canary replaced: not_seen',
  ]);
  expect(decided(facts(versions, { lastSuccessAt }), { ...POLICY, decayDays: 0 })).toEqual([]);
});

test('what an operator decided binds', () => {
  const versions = [version(1, 'active', votes(20), true), version(2, 'active', votes(20))];
  const pin = { kind: 'pin', version: 1 } as const;
  expect(decided(facts(versions, { decision: pin }))).toEqual(['1 active: pinned', '2 active replaced: pinned']);
  const pinned = [
    version(1, 'active', votes(0, 50)),
    version(2, 'active', votes(20), true),
    version(3, 'candidate', votes(0), true),
  ];
  expect(decided(facts(pinned, { decision: pin, choice: votes(50), recorded: votes(50) }))).toEqual([]);
  expect(decided(facts(versions, { decision: { kind: 'veto' } }))).toEqual([
    '1 quarantined replaced: vetoed',
    '2 quarantined: vetoed',
  ]);
});

test('once decided, nothing is left to decide', () => {
  const histories = [
    facts([version(1, 'candidate')], { recorded: votes(9) }),
    facts([version(1, 'active', votes(20), true), version(2, 'active', votes(2, 6))]),
    facts([version(1, 'active', votes(3)), version(2, 'canary')], { choice: votes(9) }),
    facts([version(1, 'active'), version(2, 'canary')], { decision: { kind: 'veto' } }),
    facts([version(1, 'active'), version(2, 'canary')], { decision: { kind: 'pin', version: 2 } }),
  ];
  for (const before of histories) {
    const changes = decide(before, POLICY, NOW);
    expect(changes).not.toEqual([]);
    const after = before.versions.map((each) => {
      const change = changes.findLast(({ id }) => id === each.id);
      return change ? { ...each, state: change.to, superseded: change.superseded } : each;
    });
    expect(decide({ ...before, versions: after }, POLICY, NOW)).toEqual([]);
  }
});
