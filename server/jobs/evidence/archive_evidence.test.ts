import { v7 as uuidv7 } from 'uuid';
import { expect, test } from 'vitest';
import { hintEvidence } from '../../../shared/protocol/evidence.ts';
import { StorageUnavailable } from '../../storage/storage.ts';
import { aggregateAll } from '../../testing/aggregate.ts';
import { describeDatabases, SILENT } from '../../testing/databases.ts';
import { aCall, anElement, aPage, type Fields } from '../../testing/items.ts';
import { memoryBlobs } from '../../testing/memory_blobs.ts';
import { AT_ONCE, createProject, NOW, testApp } from '../../testing/test_app.ts';
import { createAggregateJob } from '../aggregate/aggregate.ts';
import { createEraseJob } from '../erase.ts';
import { createJobRunner } from '../runner.ts';
import { archivedEvidence, createEvidenceJob } from './archive_evidence.ts';

describeDatabases('what speaks for and against a hint', (db) => {
  async function begin() {
    const stored = memoryBlobs();
    let away = false;
    const storage = {
      ...stored,
      write: async (...args: Parameters<typeof stored.write>) => {
        if (away) throw new StorageUnavailable('storage is away');
        await stored.write(...args);
      },
    };
    const aggregate = createAggregateJob(
      AT_ONCE,
      () => NOW,
      async () => {},
    );
    const jobs = [aggregate, createEvidenceJob(storage), createEraseJob(storage, undefined)];
    const t = await testApp(db(), { jobs: createJobRunner({ db: db(), log: SILENT, jobs }) });
    const use = (instance_id: string, changes: Fields = {}) =>
      aCall({
        success: true,
        page_signature: aPage('evidence'),
        element_signatures: [anElement()],
        context: { run_id: uuidv7(), instance_id },
        ...changes,
      });
    const learn = async (...items: unknown[]) => {
      const { body } = await t.send('POST', '/v1/ingest', { items });
      expect(body).toMatchObject({ accepted: items.length });
      await aggregateAll(t, db());
    };
    return {
      t,
      stored,
      use,
      learn,
      run: async (job: string) => (await t.send('POST', `/internal/jobs/${job}`)).body,
      /** Until nothing is left to read: transactions of other suites may keep the job's bound back. */
      archive: async () => {
        let archived = 0;
        for (;;) {
          const { body } = await t.send('POST', '/internal/jobs/evidence');
          expect(body).toMatchObject({ outcome: 'succeeded' });
          archived += body.detail.archived;
          const [left] = await db().tx('admin', (tx) =>
            tx.query<{ unread: boolean }>(
              `select exists (select from hint_changes where ingested_xid > (
                 select xid from job_watermarks where job = 'evidence')) as unread`,
            ),
          );
          if (!left?.unread) return archived;
        }
      },
      storageIs: (state: 'away' | 'back') => {
        away = state === 'away';
      },
      hints: async () => (await t.send('GET', '/v1/hints')).body.hints as { hint_id: string; version: number }[],
      archived: (id: string) => archivedEvidence(db(), stored, t.projectId, id),
    };
  }

  test('is archived once when a version was decided about, and again when that changes', async () => {
    const { t, stored, use, learn, archive, hints, archived } = await begin();
    await learn(use('ana'), use('ben'), use('ben', { success: false }));
    await archive();
    expect(await archive()).toBe(0);
    const [hint] = await hints();
    const { hint_id = '' } = hint ?? {};
    expect(stored.paths()).toEqual([
      expect.stringMatching(new RegExp(`^logs/${t.projectId}/hint/evidence-${hint_id}-1-[0-9a-f]{64}\\.json\\.gz$`)),
    ]);
    const first = await archived(hint_id);
    expect(hintEvidence.safeParse(first).error).toBeUndefined();
    expect(first).toMatchObject({
      hint_id,
      version: 1,
      state: 'active',
      superseded: false,
      data: { selector: '[data-testid="buy"]' },
      forms: [{ ...pick(anElement()), success_ct: 2, error_ct: 1, run_ct: 3 }],
      days: [{ success_ct: 2, error_ct: 1, ok_run_ct: 2, bad_run_ct: 1 }],
      votes: [],
    });
    expect(first?.changes.map(({ to }) => to)).toContain('active');
    expect(JSON.stringify(first)).not.toMatch(/\b(ana|ben)\b/);

    const report = (instance_id: string, data: Fields) => ({
      kind: 'event',
      name: 'hint.outcome',
      event_uuid: uuidv7(),
      occurred_at: '2026-06-15T11:00:00Z',
      context: { instance_id },
      data: { hint_id, version: 1, ...data },
    });
    const other = 'main > button';
    await learn(...['cleo', 'dora', 'emil'].map((each) => report(each, { outcome: 'found', selector: other })));
    expect((await hints()).map(({ version }) => version)).toEqual([2]);
    await archive();
    const before = await archived(hint_id);
    expect(before).toMatchObject({ version: 1, superseded: true });
    expect(before?.votes).toContainEqual(
      expect.objectContaining({ selector: other, found_ct: 3, missed_ct: 0, voters: 3 }),
    );
    const now = await t.send('GET', `/v1/hints/${hint_id}/evidence`);
    expect(now.body).toEqual(before);
    const stranger = await createProject(db());
    expect((await t.send('GET', `/v1/hints/${hint_id}/evidence`, undefined, stranger.secret)).status).toBe(404);
  });

  test('waits for a Storage that does not answer, and goes with its domain', async () => {
    const { t, stored, use, learn, run, archive, storageIs, hints, archived } = await begin();
    await learn(use('ana'));
    storageIs('away');
    expect(await run('evidence')).toMatchObject({ outcome: 'failed' });
    expect(stored.paths()).toEqual([]);
    storageIs('back');
    await archive();
    const [hint] = await hints();
    expect(await archived(hint!.hint_id)).toMatchObject({ state: 'active' });

    const { body } = await t.send('POST', '/v1/erase', { domain: 'shop.example' });
    await run('erase');
    expect((await t.send('GET', `/v1/erase/${body.erase_id}`)).body).toMatchObject({ status: 'finished' });
    expect(stored.paths()).toEqual([]);
  });
});

const pick = ({ selector_norm, attr_fingerprint_hash }: Fields): Fields => ({ selector_norm, attr_fingerprint_hash });
