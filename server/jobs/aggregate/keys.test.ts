import { v7 as uuidv7 } from 'uuid';
import { expect, test } from 'vitest';
import { aggregateAll } from '../../testing/aggregate.ts';
import { describeDatabases } from '../../testing/databases.ts';
import { aCall, anElement, aPage, type Fields } from '../../testing/items.ts';
import { testApp } from '../../testing/test_app.ts';

describeDatabases('evidence by key', (db) => {
  /** A project of its own, whose hints need three successes; `minKeys` keys must agree. */
  async function begin(minKeys = 2) {
    const release = { minSuccesses: 3, minDays: 1, decayDays: 60, halfLifeDays: 30, minKeys };
    const t = await testApp(db(), { release });
    const ingest = async (key: string, items: readonly unknown[]) => {
      expect((await t.send('POST', '/v1/ingest', { items }, key)).body.rejected).toBe(0);
      await aggregateAll(t, db());
    };
    const call = (instance: string, changes: Fields = {}) =>
      aCall({
        success: true,
        page_signature: aPage('keys'),
        element_signatures: [anElement()],
        context: { run_id: uuidv7(), instance_id: instance },
        ...changes,
      });
    const many = <T>(count: number, make: (instance: string) => T): T[] =>
      Array.from({ length: count }, (_, n) => make(`instance-${n}`));
    /** Has so many instances use the control. */
    const use = (key: string, count: number) => ingest(key, many(count, call));
    /** The first version of the control's selector. */
    const first = async (): Promise<{ hint_id: string; state: string }> => {
      const { hints } = (await t.send('GET', '/v1/hints?url_norm=https://shop.example/keys')).body;
      const { hint_id } = hints.find((each: { hint_type: string }) => each.hint_type === 'best_selector');
      return (await t.send('GET', `/v1/hints/${hint_id}`)).body.versions[0];
    };
    /** Has so many instances tell that the hint led nowhere. */
    const miss = async (key: string, count: number) => {
      const { hint_id } = await first();
      await ingest(
        key,
        many(count, (instance_id) => ({
          kind: 'event',
          name: 'hint.outcome',
          event_uuid: uuidv7(),
          occurred_at: '2026-06-15T11:00:00Z',
          context: { run_id: uuidv7(), instance_id },
          data: { hint_id, version: 1, outcome: 'not_found' },
        })),
      );
    };
    const rows = (table: string) =>
      db().tx('admin', (tx) =>
        tx.query<{ display: string | null; success: boolean }>(
          `select k.display, to_jsonb(r) -> 'success' as success from ${table} r
           left join api_keys k on k.project_id = r.project_id and k.key_no = r.key_no where r.project_id = $1`,
          [t.projectId],
        ),
      );
    return { t, ingest, call, use, first, miss, rows };
  }

  test('where one key alone sends, it moves hints', async () => {
    const { t, use, first, miss } = await begin();
    await use(t.secret, 3);
    expect(await first()).toMatchObject({ state: 'active' });
    await miss(t.secret, 12);
    expect(await first()).toMatchObject({ state: 'quarantined' });
  });

  test('one run makes no hint active with 10,000 successes, nor does it withdraw one with as many failures', async () => {
    const { t, call, first, use } = await begin();
    const run_id = uuidv7();
    const flood = async (success: boolean, from: number) => {
      for (let seq = from; seq < from + 10_000; seq += 500) {
        const items = Array.from({ length: 500 }, (_, n) =>
          call('one', { context: { run_id, instance_id: 'one' }, seq: seq + n, success }),
        );
        expect((await t.send('POST', '/v1/ingest', { items })).body).toMatchObject({ accepted: 500 });
      }
      await aggregateAll(t, db());
    };
    await flood(true, 0);
    expect(await first()).toMatchObject({ state: 'canary', evidence: { success_ct: 10_000, runs: 1 } });
    await use(t.secret, 3);
    expect(await first()).toMatchObject({ state: 'active' });
    await flood(false, 10_000);
    expect(await first()).toMatchObject({ state: 'active', evidence: { error_ct: 10_000, runs: 4 } });
  });

  test('where two told of a control, one alone makes no hint active, from however many instances', async () => {
    const { t, use, first } = await begin();
    await use(t.publishable, 1);
    await use(t.secret, 40);
    expect(await first()).toMatchObject({ state: 'canary' });
    await use(t.publishable, 2);
    expect(await first()).toMatchObject({ state: 'active' });
  });

  test('where one alone told of it, it moves its hints, whoever sends other things', async () => {
    const { t, use, first, miss, ingest, call } = await begin();
    await ingest(t.publishable, [call('elsewhere', { page_signature: aPage('elsewhere') })]);
    await use(t.secret, 3);
    expect(await first()).toMatchObject({ state: 'active' });
    await miss(t.secret, 12);
    expect(await first()).toMatchObject({ state: 'quarantined' });
  });

  test('one that never told of it before cannot withdraw it', async () => {
    const { t, use, first, miss } = await begin();
    await use(t.secret, 3);
    await miss(t.publishable, 40);
    expect(await first()).toMatchObject({ state: 'active' });
  });

  test('nor withdraws one, until others tell the same', async () => {
    const { t, use, first, miss } = await begin();
    await use(t.secret, 3);
    await use(t.publishable, 3);
    expect(await first()).toMatchObject({ state: 'active' });
    await miss(t.publishable, 40);
    expect(await first()).toMatchObject({ state: 'active' });
    await miss(t.secret, 6);
    expect(await first()).toMatchObject({ state: 'quarantined' });
  });

  test('where any key may decide alone, it does', async () => {
    const { t, use, first, miss } = await begin(1);
    await use(t.secret, 3);
    await miss(t.publishable, 12);
    expect(await first()).toMatchObject({ state: 'quarantined' });
  });

  test('calls and events keep the key that sent them, and an outcome that was told later the key that told it', async () => {
    const { t, ingest, call, rows, miss, use } = await begin();
    const open = call('a', { success: undefined });
    await ingest(t.secret, [open]);
    await ingest(t.publishable, [{ ...open, success: true }]);
    await ingest(t.secret, [{ ...open, success: true, output_json: { more: true } }]);
    expect(await rows('tool_calls')).toEqual([{ display: expect.stringMatching(/^lb_pub/), success: true }]);
    await use(t.secret, 1);
    await miss(t.secret, 1);
    expect(await rows('events')).toMatchObject([{ display: expect.stringMatching(/^lb_sec/) }]);
  });
});
