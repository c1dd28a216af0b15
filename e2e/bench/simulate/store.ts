import pg from 'pg';
import { migrate } from '../../../server/db/migrate.ts';
import { openPostgres } from '../../../server/db/postgres.ts';
import { createFindHints } from '../../../server/hints/find_hints.ts';
import { lookup } from '../../../server/hints/lookup.ts';
import { ingest } from '../../../server/ingest/ingest.ts';
import { createAggregateJob } from '../../../server/jobs/aggregate/aggregate.ts';
import { createJobRunner } from '../../../server/jobs/runner.ts';
import { createLog } from '../../../server/log.ts';
import type { OwnPostgres } from '../../../server/testing/own_postgres.ts';
import { createProject } from '../../../server/testing/test_app.ts';
import type { BestSelectorData, BestSelectorHint, HintState } from '../../../shared/protocol/schema.ts';

/** As a server on Postgres is configured by default. */
const POLICY = { minSuccesses: 3, minDays: 2, decayDays: 60, halfLifeDays: 30, minKeys: 2 };
const CANARY_PERCENT = 10;

/** A change of a hint's state, with what the version tells. */
export interface StateChange {
  readonly to_state: HintState;
  readonly superseded: boolean;
  readonly reason: string;
  readonly detail: unknown;
  readonly url_norm: string;
  readonly attr_fingerprint_hash: string;
  readonly hint_data: BestSelectorData;
}

/**
 * The server's own ingest, lookup and aggregate job over a real Postgres, without HTTP and with another clock: what the database
 * takes for the time of arrival is the simulation's.
 */
export async function openStore(postgres: OwnPostgres) {
  const log = createLog('silent', () => {});
  const db = openPostgres({ url: postgres.url, poolSize: 4, log });
  await migrate(db);
  const { projectId } = await createProject(db);
  const owner = new pg.Client({ connectionString: postgres.superuserUrl });
  await owner.connect();
  await owner.query(`
    create table simulated_clock (now timestamptz not null);
    insert into simulated_clock values (now());
    create function simulated_now() returns timestamptz language sql security definer as 'select now from simulated_clock';
    alter table tool_calls alter ingested_at set default simulated_now();
    alter table events alter ingested_at set default simulated_now()`);
  const { rows } = await owner.query<{ text_key: string }>('select text_key from projects where project_id = $1', [
    projectId,
  ]);
  const textKey = rows[0]!.text_key;
  let now = 0;
  let lastChange = '0';
  const runner = createJobRunner({
    db,
    log,
    jobs: [
      createAggregateJob(
        POLICY,
        () => now,
        async () => {},
      ),
    ],
  });
  const deps = {
    findHints: createFindHints(db),
    clock: () => performance.now(),
    cache: undefined,
    exposures: { add: () => {} },
    now: () => now,
    canaryPercent: CANARY_PERCENT,
    holdoutPercent: 0,
  };
  return {
    textKey,
    async setClock(ms: number): Promise<void> {
      now = ms;
      await owner.query('update simulated_clock set now = $1', [new Date(ms)]);
    },
    /** What a run is told of controls of a page. */
    async told(url: string, run_id: string, dom_top_signature: string): Promise<BestSelectorHint[]> {
      const { response } = await lookup(deps, { projectId, textKey }, { url, run_id, dom_top_signature });
      return response.element_hints.filter((hint) => hint.hint_type === 'best_selector');
    },
    /** As the key of that number sends it. */
    async write(items: readonly unknown[], keyNo: number): Promise<void> {
      const sender = { projectId, keyNo };
      const { response } = await ingest({ db, log, now: () => now }, sender, () => structuredClone(items));
      const refused = response.results.find(({ status }) => status !== 'accepted');
      if (refused) throw new Error(`ingest refused what was simulated: ${JSON.stringify(refused)}`);
    },
    async aggregate(): Promise<void> {
      const result = await runner.run('aggregate');
      if (result?.outcome !== 'succeeded') throw new Error(`the job failed: ${JSON.stringify(result)}`);
    },
    /** Since this was last asked. */
    async changes(): Promise<StateChange[]> {
      const { rows } = await owner.query<StateChange & { id: string }>(
        `select c.id::text as id, c.to_state, c.superseded, c.reason, c.detail, h.url_norm, e.attr_fingerprint_hash, h.hint_data
         from hint_changes c join hints h on h.project_id = c.project_id and h.id = c.hint_id
         join element_signatures e on e.project_id = h.project_id and e.elem_sig_id = h.elem_sig_id
         where c.id > $1 and h.hint_type = 'best_selector' order by c.id`,
        [lastChange],
      );
      lastChange = rows.at(-1)?.id ?? lastChange;
      return rows;
    },
    async close(): Promise<void> {
      await runner.stop();
      await db.close();
      await owner.end();
    },
  };
}

export type Store = Awaited<ReturnType<typeof openStore>>;
