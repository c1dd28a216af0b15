import pg from 'pg';
import type { Db, Param } from '../../server/db/db.ts';
import { migrate } from '../../server/db/migrate.ts';
import { createAggregateJob } from '../../server/jobs/aggregate/aggregate.ts';
import type { JobDetail } from '../../server/jobs/job.ts';
import { createJobRunner } from '../../server/jobs/runner.ts';
import { createLog } from '../../server/log.ts';
import insertRuns from './aggregate_runs.sql?raw';
import insertSites from './aggregate_sites.sql?raw';

const SITES = 200;
/** Runs in one statement while the data is made. */
const CHUNK = 2_500;

export interface AggregateData {
  /** Runs that arrived in the last `days` days, and that no job has read. */
  addRuns(runs: number, days: number): Promise<void>;
  /** Throws where not each call of so many runs is counted once. */
  check(runs: number): Promise<void>;
}

/** A share, 0 to 1, that is always the same for the same three numbers. */
const SHARE = `
  create function laskobot_bench_share(n bigint, k int, salt int) returns float8 language sql immutable
  return (hashint8extended(n * 1000 + k, salt) & 2147483647) / 2147483648.0`;

type Query = <Row extends object>(sql: string, params?: readonly Param[]) => Promise<Row[]>;

/** A project with sites; its rows are put in by SQL, as whoever `superuserUrl` logs in, or by the embedded database. */
export async function aggregateData(db: Db, superuserUrl?: string): Promise<AggregateData> {
  await migrate(db);
  const query = superuserUrl === undefined ? asOwner(db) : asSuperuser(superuserUrl);
  await query(SHARE);
  const [project] = await query<{ project_id: string }>(
    `insert into projects (name) values ('bench') returning project_id`,
  );
  const projectId = project?.project_id ?? '';
  await query(insertSites, [projectId, 1, SITES]);
  let stored = 0;
  return {
    async addRuns(runs, days) {
      for (const until = stored + runs; stored < until; ) {
        const some = Math.min(CHUNK, until - stored);
        const xid = await spend(query, some, superuserUrl === undefined);
        await query(insertRuns, [projectId, stored + 1, stored + some, xid, days, new Date()]);
        stored += some;
      }
      // Outside of a transaction, which a statement of `Db` never is.
      if (superuserUrl !== undefined) await query('vacuum analyze');
    },
    async check(runs) {
      const [row] = await query<{ told: number; counted: number }>(
        `select (select count(*)::int from tool_calls) as told,
           (select sum(success_ct + error_ct)::int from hint_stats where scope = 'page') as counted`,
      );
      if (row?.told !== runs * 20 || row.counted !== row.told)
        throw new Error(`of ${runs * 20} calls ${row?.told} are stored and ${row?.counted} counted`);
    },
  };
}

function asOwner(db: Db): Query {
  return async <Row extends object>(sql: string, params: readonly Param[] = []) => {
    let rows: Row[] = [];
    await db.migrate(async (tx) => {
      rows = await tx.query<Row>(sql, params);
    });
    return rows;
  };
}

const asSuperuser =
  (connectionString: string): Query =>
  async (sql, params = []) => {
    const client = new pg.Client({ connectionString });
    await client.connect();
    return client
      .query(sql, [...params])
      .then(({ rows }) => rows)
      .finally(() => client.end());
  };

/** Ids of so many transactions that have ended, the first of them. */
async function spend(query: Query, many: number, embedded: boolean): Promise<string> {
  const next = `select pg_current_xact_id()::text as xid`;
  const [before] = await query<{ xid: string }>(next);
  if (embedded) for (let n = 0; n < many; n += 1) await query(next);
  else await query(`do $$ begin for n in 1..${many} loop perform pg_current_xact_id(); commit; end loop; end $$`);
  return String(BigInt(before?.xid ?? 0) + 1n);
}

/** Runs the aggregate job to its end. */
export async function runJob(db: Db): Promise<{ readonly seconds: number; readonly detail: JobDetail }> {
  const policy = { minSuccesses: 3, minDays: 2, decayDays: 60, halfLifeDays: 30, minKeys: 2 };
  const jobs = [createAggregateJob(policy, Date.now, async () => {})];
  const runner = createJobRunner({ db, log: createLog('error', console.error), jobs });
  const start = performance.now();
  const result = await runner.run('aggregate');
  if (result?.outcome !== 'succeeded') throw new Error(`the job did not succeed: ${JSON.stringify(result)}`);
  return { seconds: (performance.now() - start) / 1000, detail: result.detail };
}

/** Between two requests, in ms. */
const PAUSE_MS = 5;

/**
 * The longest that a request waited for a statement until `done`, in ms; from when it was due, because the embedded database holds up
 * timers as well.
 */
export async function longestWait(db: Db, done: Promise<unknown>): Promise<number> {
  let ended = false;
  const end = done.finally(() => {
    ended = true;
  });
  let longest = 0;
  while (!ended) {
    const due = performance.now() + PAUSE_MS;
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    await db.tx('admin', (tx) => tx.query('select 1'));
    longest = Math.max(longest, performance.now() - due);
  }
  await end;
  return longest;
}
