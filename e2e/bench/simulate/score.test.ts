import { expect, test } from 'vitest';
import { seeded } from '../../../server/testing/seeded.ts';
import { parseHashKey } from '../../../shared/signature/hash.ts';
import { attackerOf, liesAbout } from './attack.ts';
import { named, resolveOn } from './resolve.ts';
import { createTally } from './score.ts';
import { createWorld, HOURS } from './world.ts';

const world = createWorld(seeded(1), parseHashKey('0123456789abcdef'.repeat(2)));
const dataOf = (site: number, number: number, hour: number) => {
  const { candidates, identity } = world.page(site, hour).controls[number]!.signature;
  return { selector: candidates![0]!.selector, alternatives: candidates!.slice(1), identity };
};
const siteOf = (fate: string): number => world.sites.findIndex((site) => site.fate === fate);

test('a tally tells the share of right ones among the served, and when a changed control is right again', () => {
  const tally = createTally();
  for (const [hour, told] of [
    [10, 'missed'],
    [12, 'nothing'],
    [15, 'right'],
    [16, 'right'],
  ] as const)
    tally.add('a', hour, told, 10);
  tally.add('b', 3, 'wrong', undefined);
  expect(tally.figures()).toMatchObject({
    served: 4,
    served_share: 0.8,
    right_share: 0.5,
    wrong: 1,
    changed_controls: 1,
    right_again: 1,
    hours_p50: 5,
    runs_p50: 3,
  });
});

test('a site that moves gives the test id of a control to another, and the hint leads to the control all the same', () => {
  const site = siteOf('moves');
  const { controls } = world.page(site, HOURS);
  const hint = dataOf(site, 0, 0);
  expect(named(hint.selector, controls)?.number).not.toBe(0);
  expect(resolveOn(hint, controls)).toMatchObject({ outcome: 'found', control: { number: 0 }, by_selector: '#a0' });
});

test('on a redesigned site the old hint leads to its control or nowhere, never to another', () => {
  const fates = world.sites.flatMap(({ fate }, site) =>
    fate === 'redesigned' ? [0, 1, 2, 3, 4].map((number) => ({ site, number })) : [],
  );
  const outcomes = fates.map(({ site, number }) => {
    const found = resolveOn(dataOf(site, number, 0), world.page(site, HOURS).controls);
    if (found.outcome === 'found') expect(found.control.number).toBe(number);
    return found.outcome;
  });
  expect(new Set(outcomes)).toEqual(new Set(['found', 'not_found']));
});

test('lies stand under the form of the control, with the selector of another', () => {
  const { controls } = world.page(0, 0);
  const [control] = controls;
  expect(attackerOf(control!)).toBe('run');
  const lies = liesAbout(control!, controls, 'run', [], { url: world.sites[0]!.url, time: '2026-11-01T00:00:00Z' });
  const told = lies.map((lie) => (lie.element_signatures as (typeof control & object)['signature'][])[0]!);
  expect(new Set(told.map((each) => each.attr_fingerprint_hash))).toEqual(
    new Set([control!.signature.attr_fingerprint_hash]),
  );
  expect(named(told[0]!.candidates![0]!.selector, controls)?.number).not.toBe(0);
});
