import { v7 as uuidv7 } from 'uuid';
import { expect, test } from 'vitest';
import type { CallEffects, Hint, SafeOpsHint, WaitConditionHint } from '../../../shared/protocol/schema.ts';
import { hashWords, parseHashKey } from '../../../shared/signature/hash.ts';
import type { ReleasePolicy } from '../../hints/release.ts';
import { aggregateAll } from '../../testing/aggregate.ts';
import { describeDatabases } from '../../testing/databases.ts';
import { aCall, anElement, aPage, type Fields } from '../../testing/items.ts';
import { AT_ONCE, testApp } from '../../testing/test_app.ts';

const NOTHING: Omit<CallEffects, 'call'> = { navigation: 'none', requests: [], unseen_requests: 0, download: false };
const POST: Fields = { requests: [{ method: 'POST', path: '/orders/:id' }] };

describeDatabases('kinds of hint', (db) => {
  /** A project of its own, whose controls are called `name`. */
  async function begin(release: ReleasePolicy = AT_ONCE, name = 'Show more') {
    const t = await testApp(db(), { release });
    const [project] = await db().tx('admin', (tx) =>
      tx.query<{ text_key: string }>('select text_key from projects where project_id = $1', [t.projectId]),
    );
    const words = hashWords(parseHashKey(project!.text_key), name);
    const element = anElement({ identity: { tag: 'button', role: 'button', name_words: words } });
    /** A call and what followed it, as a page tells them. */
    const use = (effects: Fields = {}, { voter = 'a', ...changes }: Fields = {}) => {
      const context = { run_id: uuidv7(), instance_id: String(voter) };
      const event_uuid = uuidv7();
      const call = aCall({
        event_uuid,
        success: true,
        page_signature: aPage('kinds'),
        element_signatures: [element],
        context,
        ...changes,
      });
      const event = {
        kind: 'event',
        name: 'call.effects',
        event_uuid: uuidv7(),
        occurred_at: '2026-06-15T11:00:00Z',
        context,
        data: { ...NOTHING, call: event_uuid, ...effects },
      };
      return [call, event] as const;
    };
    /** Stores items as if they had arrived `daysAgo`, and has them folded. */
    const tell = async (items: readonly unknown[], daysAgo = 0) => {
      expect((await t.send('POST', '/v1/ingest', { items })).body).toMatchObject({ accepted: items.length });
      for (const table of ['tool_calls', 'events'])
        await db().tx('admin', (tx) =>
          tx.query(
            `update ${table} set ingested_at = now() - make_interval(days => $2)
             where project_id = $1 and ingested_at > now() - interval '10 minutes'`,
            [t.projectId, daysAgo],
          ),
        );
      await aggregateAll(t, db());
    };
    const hints = async () =>
      (await t.send('POST', '/hints/lookup', { url: 'https://shop.example/kinds' })).body.element_hints as Hint[];
    const safeOps = async () => (await hints()).find((hint): hint is SafeOpsHint => hint.hint_type === 'safe_ops');
    const wait = async () =>
      (await hints()).find((hint): hint is WaitConditionHint => hint.hint_type === 'wait_condition');
    const rows = (table: string) =>
      db().tx('admin', (tx) =>
        tx.query<Record<string, unknown>>(`select * from ${table} where project_id = $1`, [t.projectId]),
      );
    return { t, use, tell, hints, safeOps, wait, rows, element };
  }

  test('tells what a control was waited for and what followed it, beside its selector', async () => {
    const { tell, use, hints, safeOps, wait } = await begin();
    const waits = [120, 300, 480, 900, 1500];
    await tell(waits.flatMap((enabled) => use({ wait: { visible: enabled, enabled } })));
    expect((await hints()).map((hint) => [hint.hint_type, hint.state]).toSorted()).toEqual([
      ['best_selector', 'active'],
      ['safe_ops', 'active'],
      ['wait_condition', 'active'],
    ]);
    expect((await safeOps())?.data).toMatchObject({
      class: 'read_only',
      replay: true,
      follows: { uses: 5, nothing: 5 },
    });
    const told = (await wait())?.data;
    expect(told).toMatchObject({ signal: 'enabled', samples: 5 });
    expect(told?.timeout_ms).toBeGreaterThan(1500);
    expect(told?.p50_ms).toBeGreaterThan(456);
    expect(told?.p50_ms).toBeLessThan(504);
  });

  test('what changes something once makes a new version, with the requests', async () => {
    const { tell, use, safeOps } = await begin();
    await tell(use());
    expect(await safeOps()).toMatchObject({ version: 1, data: { class: 'read_only', replay: true } });
    await tell(use(POST));
    expect(await safeOps()).toMatchObject({
      version: 2,
      state: 'active',
      data: {
        class: 'state_changing',
        replay: false,
        because: 'change_seen',
        requests: [{ method: 'POST', path: '/orders/:id', count: 1 }],
      },
    });
    await tell(use({ requests: [{ method: 'DELETE', path: '/orders/:id' }] }));
    expect(await safeOps()).toMatchObject({ version: 3, data: { class: 'destructive', because: 'delete_seen' } });
  });

  test('a request that could not be seen, and a word that says so, are changes', async () => {
    const unseen = await begin();
    await unseen.tell(unseen.use({ unseen_requests: 1 }));
    expect((await unseen.safeOps())?.data).toMatchObject({ class: 'state_changing', because: 'unseen_requests' });
    const worded = await begin(AT_ONCE, 'Place order');
    await worded.tell(worded.use());
    expect((await worded.safeOps())?.data).toMatchObject({ class: 'state_changing', because: 'words' });
  });

  test('a control whose dialog asks, and then something changes, is destructive', async () => {
    const { tell, use, safeOps } = await begin();
    const [call, event] = use({ dialog: 'confirm' });
    const yes = use(
      { opener: call.event_uuid, ...POST },
      { seq: 2, element_signatures: [anElement({ selector_norm: '#yes', attr_fingerprint_hash: '00000000000000cc' })] },
    );
    // The two of one run, as one page tells them.
    await tell([call, event, ...yes.map((item) => ({ ...item, context: call.context }))]);
    expect(await safeOps()).toMatchObject({
      element: { selector_norm: '#buy' },
      data: { class: 'destructive', because: 'change_confirmed', follows: { confirmed: 1, dialogs: 1 } },
    });
  });

  test('one instance alone neither proves a control harmless, nor is it told before there is enough', async () => {
    const { tell, use, safeOps } = await begin({
      minSuccesses: 3,
      minDays: 2,
      decayDays: 60,
      halfLifeDays: 30,
      minKeys: 2,
    });
    await tell([...use(), ...use(), ...use(), ...use()], 3);
    expect(await safeOps()).toBeUndefined();
    await tell([...use(), ...use()], 2);
    await tell([...use(), ...use({}, { voter: 'b', element_signatures: [] })], 1);
    expect(await safeOps()).toBeUndefined();
    await tell([...use({}, { voter: 'b' }), ...use({}, { voter: 'c' })]);
    expect(await safeOps()).toMatchObject({ state: 'active', data: { class: 'read_only', replay: true } });
  });

  test('an operator who vetoes a kind of hint silences it and no other', async () => {
    const { t, tell, use, hints, safeOps } = await begin();
    await tell(use({ wait: { visible: 10, enabled: 10 } }));
    const id = (await safeOps())?.hint_id;
    const { body } = await t.send('POST', `/v1/hints/${id}/decision`, { decision: 'veto' });
    expect(body).toMatchObject({
      hint_type: 'safe_ops',
      versions: [{ state: 'quarantined', tells: 'read_only', votes: { ok: 1, bad: 0 } }],
    });
    await tell(use());
    expect((await hints()).map(({ hint_type }) => hint_type).toSorted()).toEqual(['best_selector', 'wait_condition']);
  });

  test('a timeout that turns out too short is replaced, and the version before does not come back', async () => {
    const { tell, use, wait } = await begin();
    await tell(use({ wait: { visible: 100, enabled: 100 } }));
    expect((await wait())?.data.timeout_ms).toBe(500);
    await tell([1, 2, 3, 4].flatMap((n) => use({ wait: { visible: 4000, enabled: 4000 } }, { voter: `v${n}` })));
    const told = await wait();
    expect(told).toMatchObject({ version: 2, state: 'active' });
    expect(told?.data.timeout_ms).toBeGreaterThan(4000);
  });

  test('one alone makes nobody wait longer than all others ever saw, in however many uses', async () => {
    const { tell, use, wait } = await begin();
    const quick = { visible: 100, enabled: 100 };
    const slow = { visible: 50_000, enabled: 50_000 };
    await tell([1, 2, 3, 4].flatMap((n) => use({ wait: quick }, { voter: `v${n}` })));
    await tell(Array.from({ length: 20 }, () => use({ wait: slow }, { voter: 'liar' })).flat());
    expect(await wait()).toMatchObject({ version: 1, data: { timeout_ms: 500 } });
    // More voters than are sent one by one: the database says the same.
    for (let from = 0; from < 510; from += 170)
      await tell(Array.from({ length: 170 }, (_, n) => use({ wait: quick }, { voter: `w${from + n}` })).flat());
    expect((await wait())?.data.timeout_ms).toBe(500);
    await tell(use({ wait: slow }, { voter: 'v1' }));
    expect((await wait())?.data.timeout_ms).toBeGreaterThan(50_000);
  });

  test('counts once what is told twice, in whatever batches, and nothing of what has not the shape', async () => {
    const apart = await begin();
    const together = await begin();
    const effects = [
      POST,
      { wait: { visible: 40, enabled: 70, url_change: 90 } },
      { wait: { visible: 9, enabled: 9 } },
    ];
    const kept = async ({ rows }: typeof apart) => {
      const tables = await Promise.all(
        ['control_uses', 'control_requests', 'control_waits', 'control_signals'].map(rows),
      );
      return tables.map((all) =>
        all.map(({ project_id: _, elem_sig_id: __, key_no: ___, ...row }) => JSON.stringify(row)).toSorted(),
      );
    };
    for (const each of effects) {
      const items = apart.use(each);
      await apart.tell(items);
      expect((await apart.t.send('POST', '/v1/ingest', { items })).body).toMatchObject({ duplicate: 2 });
      await aggregateAll(apart.t, db());
    }
    await together.tell([
      ...effects.toReversed().flatMap((each) => together.use(each)),
      ...[
        { navigation: 'away' },
        { unseen_requests: -1 },
        { call: 'no uuid' },
        { call: uuidv7() },
        { wait: { visible: 'soon', enabled: 1 } },
        { wait: { visible: 0, enabled: 2 ** 31 } },
        { unseen_requests: 2 ** 31 },
      ].map((data) => together.use(data)[1]),
    ]);
    expect(await kept(apart)).toEqual(await kept(together));
    expect((await kept(apart)).map((all) => all.length)).toEqual([1, 1, 5, 3]);
  });

  test('what fits into no row of a table counts for what it is', async () => {
    const { tell, use, rows, safeOps } = await begin();
    const path = String.fromCharCode(...Array.from({ length: 1024 }, (_, n) => 0x4e00 + ((n * 7919) % 20_000)));
    const unseen_requests = 2 ** 31 - 1;
    await tell([
      ...use({ requests: [{ method: 'PUT', path }] }),
      ...use({ unseen_requests }),
      ...use({ unseen_requests }),
    ]);
    expect(await rows('control_requests')).toEqual([]);
    expect((await safeOps())?.data).toMatchObject({ class: 'state_changing', follows: { uses: 3, changes: 1 } });
  });
});
