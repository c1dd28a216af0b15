import { expect, test } from 'vitest';
import type { BestSelectorHint } from '../../../shared/protocol/schema.ts';
import { hashText, parseHashKey } from '../../../shared/signature/hash.ts';
import { type SnapshotNode, snapshotBuilder } from '../understand/snapshot.ts';
import { createCheck } from './check.ts';
import { createOutcomes } from './outcomes.ts';
import { toldControls } from './told.ts';

const KEY = parseHashKey('00112233445566778899aabbccddeeff');
const SEARCH: Omit<SnapshotNode, 'parent'> = { ref: 'e2', role: 'button', name: 'Search' };

const hint = (changes: Pick<BestSelectorHint, 'domain'> = {}): BestSelectorHint => ({
  hint_id: '1',
  hint_type: 'best_selector',
  state: 'active',
  version: 1,
  confidence: 0.9,
  page: { page_sig_id: '1', url_norm: 'https://shop.example/a', dom_fingerprint_hash: null },
  element: { elem_sig_id: '7', selector_norm: '#search', role: 'button', attr_fingerprint_hash: '00000000000000bb' },
  data: {
    selector: '#search',
    kind: 'css',
    alternatives: [],
    identity: { tag: 'button', role: 'button', name_hash: hashText(KEY, 'Search') },
    tools: [],
  },
  evidence: { success_ct: 1, error_ct: 0, runs: 1, avg_latency_ms: null, last_success_at: null },
  ...changes,
});

const told = (best: BestSelectorHint, ...shown: Omit<SnapshotNode, 'parent'>[]): (string | undefined)[] => {
  const built = snapshotBuilder();
  for (const node of shown) built.add(0, node);
  const snapshot = shown.length > 0 ? built.build(true) : undefined;
  return toldControls([{ best }], createCheck(snapshot, KEY), snapshot !== undefined).map(({ ref }) => ref);
};

test('a control of the domain is told only where it stands in the live snapshot, once', () => {
  const domain = hint({ domain: { pages: 3 } });
  expect(told(domain, SEARCH)).toEqual(['e2']);
  expect(told(domain, SEARCH, { ...SEARCH, ref: 'e3' })).toEqual([]);
  expect(told(domain)).toEqual([]);
  // One of the page itself is told unseen.
  expect(told(hint())).toEqual([undefined]);
});

test('what became of it there is told apart', () => {
  const items: unknown[] = [];
  const ids = { runId: 'r', sessionId: 's', uuid: () => 'u', now: () => 0 };
  const report = createOutcomes({ ...ids, tell: (item) => items.push(item) });
  for (const best of [hint(), hint({ domain: { pages: 3 } })]) report(best, 'not_found', { acted: false });
  expect(items).toMatchObject([{ data: { outcome: 'not_found' } }, { data: { scope: 'domain' } }]);
  expect(items[0]).not.toHaveProperty('data.scope');
});
