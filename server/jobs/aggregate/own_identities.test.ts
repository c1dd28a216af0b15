import { v7 as uuidv7 } from 'uuid';
import { beforeAll, expect, test } from 'vitest';
import { fingerprintOf } from '../../../shared/signature/fingerprint.ts';
import { parseHashKey } from '../../../shared/signature/hash.ts';
import { aggregateAll } from '../../testing/aggregate.ts';
import { describeDatabases } from '../../testing/databases.ts';
import { aCall, anElement, aPage } from '../../testing/items.ts';
import { type TestApp, testApp } from '../../testing/test_app.ts';

const BUY = { tag: 'button', role: 'button', id: 'buy', name_hash: '00000000000000b0' };
const DELETE = { tag: 'button', role: 'button', id: 'delete', name_hash: '00000000000000de' };

describeDatabases('identities told under a fingerprint', (db) => {
  let t: TestApp;
  let fingerprint: string;
  beforeAll(async () => {
    t = await testApp(db());
    const [project] = await db().tx('admin', (tx) =>
      tx.query<{ text_key: string }>('select text_key from projects where project_id = $1', [t.projectId]),
    );
    fingerprint = fingerprintOf(BUY, parseHashKey(project!.text_key));
  });

  /** What one instance did with a control: `state` of the page, and the identity that it tells under the fingerprint of BUY. */
  async function use(path: string, state: string, identity: object, times: number): Promise<void> {
    const run_id = uuidv7();
    const calls = Array.from({ length: times }, (_, seq) =>
      aCall({
        context: { run_id, instance_id: `of ${state}` },
        seq,
        success: true,
        page_signature: aPage(path, { dom_fingerprint_hash: state }),
        element_signatures: [anElement({ attr_fingerprint_hash: fingerprint, identity })],
      }),
    );
    const { body } = await t.send('POST', '/v1/ingest', { items: calls });
    expect(body.rejected).toBe(0);
    await aggregateAll(t, db());
  }
  const identities = async (path: string) => {
    const url = `https://shop.example/${path}`;
    const { body } = await t.send('POST', '/hints/lookup', { url });
    return body.element_hints
      .filter(({ page }: { page: { url_norm: string } }) => page.url_norm === url)
      .map((hint: { data: { identity: object } }) => hint.data.identity);
  };

  test("another control's never stands in the hint of a control, however often it is told", async () => {
    await use('forged-later', '00000000000000aa', BUY, 1);
    await use('forged-later', '00000000000000bb', DELETE, 20);
    expect(await identities('forged-later')).toEqual([BUY]);
    const told = await db().tx('admin', (tx) =>
      tx.query(
        `select from hints h join page_signatures p using (project_id, page_sig_id)
         where h.hint_data::text like '%"delete"%' and p.url_norm like '%forged-later'`,
      ),
    );
    expect(told).toEqual([]);
  });

  test('makes way for the right one where it was told first', async () => {
    await use('forged-first', '00000000000000aa', DELETE, 20);
    await use('forged-first', '00000000000000bb', BUY, 1);
    expect(await identities('forged-first')).toEqual([BUY]);
  });

  test('surroundings that one alone made up stand in no hint, however often they are told', async () => {
    const known = { ...BUY, landmark: 'main' };
    for (const state of ['00000000000000aa', '00000000000000bb']) await use('surroundings', state, known, 1);
    await use('surroundings', '00000000000000cc', { ...BUY, landmark: 'dialog', within: '#evil' }, 20);
    expect(await identities('surroundings')).toEqual([known]);
  });

  test('is not known to be wrong where no identity gives the fingerprint', async () => {
    await use('other-client', '00000000000000aa', { ...BUY, id: 'other' }, 1);
    expect(await identities('other-client')).toEqual([{ ...BUY, id: 'other' }]);
  });
});
