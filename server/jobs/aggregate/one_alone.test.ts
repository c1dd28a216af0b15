import { v7 as uuidv7 } from 'uuid';
import { beforeAll, expect, test } from 'vitest';
import { aggregateAll } from '../../testing/aggregate.ts';
import { describeDatabases } from '../../testing/databases.ts';
import { aCall, anElement, aPage } from '../../testing/items.ts';
import { type TestApp, testApp } from '../../testing/test_app.ts';

const BUY = { kind: 'attribute', selector: '[data-qa="buy"]', matches: 1 };
const EVIL = { kind: 'test_id', selector: '[data-testid="delete"]', matches: 1 };

describeDatabases('selectors that one instance alone tells of a control', (db) => {
  let t: TestApp;
  beforeAll(async () => {
    t = await testApp(db());
  });
  const use = (path: string, instance_id: string, state: string, candidates: readonly object[]) =>
    aCall({
      context: { run_id: uuidv7(), instance_id },
      success: true,
      page_signature: aPage(path, { dom_fingerprint_hash: state.padStart(16, '0') }),
      element_signatures: [anElement({ candidates })],
    });
  async function tell(...items: unknown[]): Promise<void> {
    const { body } = await t.send('POST', '/v1/ingest', { items });
    expect(body.rejected).toBe(0);
    await aggregateAll(t, db());
  }
  const selectors = async (path: string): Promise<string[]> => {
    const url = `https://shop.example/${path}`;
    const { body } = await t.send('POST', '/hints/lookup', { url });
    return body.element_hints
      .filter(({ page }: { page: { url_norm: string } }) => page.url_norm === url)
      .flatMap(({ data }: { data: { selector: string; alternatives: { selector: string }[] } }) => [
        data.selector,
        ...data.alternatives.map(({ selector }) => selector),
      ]);
  };

  test('stand in no hint, in however many runs and states of the page', async () => {
    const lies = Array.from({ length: 20 }, (_, n) =>
      use('alone', 'liar', `f${n % 4}`, [EVIL, { ...BUY, matches: 2 }]),
    );
    await tell(use('alone', 'a', 'aa', [BUY]), use('alone', 'b', 'aa', [BUY]), ...lies);
    expect(await selectors('alone')).toEqual([BUY.selector]);
  });

  test('stand in it once others met them', async () => {
    await tell(
      use('others', 'a', 'aa', [BUY]),
      use('others', 'b', 'aa', [BUY]),
      use('others', 'c', 'bb', [EVIL, BUY]),
      use('others', 'd', 'bb', [EVIL, BUY]),
    );
    expect(await selectors('others')).toEqual([EVIL.selector, BUY.selector]);
  });
});
