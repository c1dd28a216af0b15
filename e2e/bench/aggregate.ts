import { openPglite } from '../../server/db/pglite.ts';
import { openPostgres } from '../../server/db/postgres.ts';
import { createLog } from '../../server/log.ts';
import { startOwnPostgres } from '../../server/testing/own_postgres.ts';
import { findPostgres } from '../../server/testing/postgres_cluster.ts';
import { emptyDir } from '../../server/testing/server_process.ts';
import { aggregateData, longestWait, runJob } from './aggregate_data.ts';
import type { Bench } from './bench.ts';
import { rounded } from './percentile.ts';

const NEW_RUNS = 5_000;
const OLD_RUNS = 100_000;
const CALLS_A_RUN = 20;
const OLD_DAYS = 30;
/** Of the runs that the embedded database folds. */
const EMBEDDED_RUNS = 250;

/** One run of the job over the same number of new calls, before and after many more were stored and folded. */
export const aggregate: Bench = {
  name: 'aggregate',
  measures: 'one run of the batch job over 10^5 new calls, with 0 and 2·10^6 old ones stored and folded',
  async run({ events }) {
    const bin = findPostgres();
    if (!bin) throw new Error('aggregate needs Postgres; set PG_BIN to the folder of its programs.');
    const oldRuns = events === undefined ? OLD_RUNS : Math.ceil(events / CALLS_A_RUN);
    const pglite_wait_ms = await embeddedWait();
    const postgres = await startOwnPostgres(bin, { shared_buffers: '2GB', max_wal_size: '8GB' });
    const log = createLog('error', console.error);
    const db = openPostgres({ url: postgres.url, poolSize: 4, log });
    try {
      const data = await aggregateData(db, postgres.superuserUrl);
      await data.addRuns(NEW_RUNS, 1);
      const fresh = await runJob(db);
      await data.addRuns(oldRuns, OLD_DAYS);
      const old = await runJob(db);
      await data.addRuns(NEW_RUNS, 1);
      const late = await runJob(db);
      await data.check(NEW_RUNS * 2 + oldRuns);
      const calls = NEW_RUNS * CALLS_A_RUN;
      return {
        s_new: rounded(fresh.seconds),
        s_new_with_history: rounded(late.seconds),
        growth: rounded(late.seconds / fresh.seconds),
        calls_s: Math.round(calls / late.seconds),
        calls_s_new: Math.round(calls / fresh.seconds),
        s_old: rounded(old.seconds),
        old_calls: oldRuns * CALLS_A_RUN,
        detail_new: fresh.detail,
        detail_new_with_history: late.detail,
        pglite_wait_ms,
      };
    } finally {
      await db.close();
      await postgres.close();
    }
  },
};

/** The longest that a request to the embedded database waited while the job ran there, in ms. */
async function embeddedWait(): Promise<number> {
  const db = await openPglite(await emptyDir());
  try {
    const data = await aggregateData(db);
    // The first run brings its plans and its code into memory.
    for (const runs of [EMBEDDED_RUNS / 10, EMBEDDED_RUNS]) {
      await data.addRuns(runs, 1);
      const wait = await longestWait(db, runJob(db));
      if (runs === EMBEDDED_RUNS) return rounded(wait, 0);
    }
    return Number.NaN;
  } finally {
    await db.close();
  }
}
