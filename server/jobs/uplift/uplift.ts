import { openTransactionsEnded } from '../aggregate/open_transactions.ts';
import { finishChunk, nextChunk } from '../aggregate/watermark.ts';
import type { Job } from '../job.ts';
import { joinOutcomes } from './join_outcomes.ts';
import { SOURCES } from './touched.ts';

/**
 * Joins outcomes to exposures as calls, reports and exposures arrive, in whichever order. Each chunk is one transaction that also
 * moves the watermark, and sets what it finds instead of adding to it, so a run that is killed at any point is just repeated.
 */
export const upliftJob: Job = {
  name: 'uplift',
  everyMs: 5 * 60_000,
  async run(context) {
    const { db, renew, signal } = context;
    await openTransactionsEnded(context);
    const detail = { tool_calls: 0, events: 0, hint_exposures: 0, outcomes: 0 };
    for (const source of SOURCES) {
      while (!signal.aborted) {
        const done = await db.tx('admin', async (tx) => {
          // A server that lost its lease must not put down what it read before the one that has it now.
          await tx.query(`select pg_advisory_xact_lock(hashtext('laskobot_uplift'))`);
          const reading = { job: 'uplift', source } as const;
          const chunk = await nextChunk(tx, reading);
          if (!chunk) return undefined;
          const outcomes = await joinOutcomes(tx, source, chunk);
          await finishChunk(tx, reading, chunk);
          return { rows: chunk.rows, outcomes };
        });
        if (!done) break;
        detail[source] += done.rows;
        detail.outcomes += done.outcomes;
        await renew();
      }
    }
    return detail;
  },
};
