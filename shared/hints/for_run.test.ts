import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Hint } from '../protocol/schema.ts';
import { type ForRun, forRun, type Shares } from './for_run.ts';

const hint = (
  changes: Partial<Pick<Hint, 'hint_id' | 'version' | 'state' | 'pinned' | 'page' | 'element'>> = {},
): Hint => ({
  hint_id: '1',
  hint_type: 'best_selector',
  state: 'active',
  version: 1,
  confidence: 0.9,
  page: { page_sig_id: '1', url_norm: 'https://shop.example/a', dom_fingerprint_hash: null },
  element: { elem_sig_id: '7', selector_norm: '#buy', role: 'button', attr_fingerprint_hash: '00000000000000bb' },
  data: { selector: '#buy', kind: 'css', alternatives: [], identity: { tag: 'button' }, tools: [] },
  evidence: { success_ct: 1, error_ct: 0, runs: 1, avg_latency_ms: null, last_success_at: null },
  ...changes,
});
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const draw = (hints: readonly Hint[], run: string | undefined, shares: Shares): ForRun =>
  forRun(hints, run, shares, sha256);
const RUNS = Array.from({ length: 10_000 }, (_, n) => `018f0000-0000-7000-8000-${n.toString(16).padStart(12, '0')}`);
const heldOut = (hints: Hint, holdoutPercent: number): string[] =>
  RUNS.filter((run) => draw([hints], run, { canaryPercent: 10, holdoutPercent }).told.length === 0);

test.each([1, 2, 5, 50])('%i percent of 10,000 runs are held out, always the same', (percent) => {
  const runs = heldOut(hint(), percent);
  // Five standard deviations: outside of these bounds for one hash in 10^6.
  expect(Math.abs(runs.length - 100 * percent)).toBeLessThan(5 * Math.sqrt(100 * percent * (1 - percent / 100)));
  expect(heldOut(hint(), percent)).toEqual(runs);
});

test('with a larger share the same runs stay held out', () => {
  const few = heldOut(hint(), 2);
  const more = heldOut(hint(), 5);
  expect([few.length > 0, few.length < more.length]).toEqual([true, true]);
  expect(few.filter((run) => !more.includes(run))).toEqual([]);
});

test('the draw is of the hint: for all its versions and on all states of its page, and for each hint its own', () => {
  const runs = heldOut(hint(), 5);
  const elsewhere = { elem_sig_id: '8', selector_norm: '#buy', role: null, attr_fingerprint_hash: '00000000000000bb' };
  expect(
    heldOut(
      hint({
        hint_id: '2',
        version: 2,
        element: elsewhere,
        page: { page_sig_id: '2', url_norm: 'https://shop.example/a', dom_fingerprint_hash: 'ab' },
      }),
      5,
    ),
  ).toEqual(runs);
  const other = heldOut(hint({ element: { ...elsewhere, selector_norm: '#help' } }), 5);
  const both = other.filter((run) => runs.includes(run)).length;
  expect(other).not.toEqual(runs);
  // 25 of 10,000 would be by chance.
  expect(both).toBeLessThan(60);
});

test('who is told canaries and who is held out are drawn apart', () => {
  const canary = hint({ state: 'canary' });
  const at = (run: string) => draw([canary], run, { canaryPercent: 50, holdoutPercent: 50 });
  const drawn = RUNS.map(at);
  const told = drawn.filter((each) => each.told.length).length;
  const withheld = drawn.filter((each) => each.withheld.length).length;
  // A quarter each; drawn by one hash, half of them would be told or all withheld.
  for (const count of [told, withheld]) expect(Math.abs(count - 2_500)).toBeLessThan(5 * Math.sqrt(1_875));
});

test('nothing is withheld from who names no run, of what is pinned, or with a share of 0', () => {
  const shares = { canaryPercent: 0, holdoutPercent: 50 };
  expect(draw([hint()], undefined, shares)).toEqual({ told: [hint()], withheld: [], kept: 0 });
  expect(heldOut(hint({ pinned: true }), 50)).toEqual([]);
  expect(heldOut(hint(), 0)).toEqual([]);
});

test('what is withheld is what would have been told', () => {
  const versions = [hint(), hint({ hint_id: '2', version: 2, state: 'canary' })];
  for (const run of RUNS.slice(0, 200)) {
    const { told, withheld, kept } = draw(versions, run, { canaryPercent: 50, holdoutPercent: 50 });
    expect([told.length + withheld.length, kept <= 1]).toEqual([1, true]);
    const [all] = draw(versions, run, { canaryPercent: 50, holdoutPercent: 0 }).told;
    expect([...told, ...withheld]).toEqual([all]);
  }
});
