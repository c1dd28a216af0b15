import type { HintPage } from '../../cache/hint_cache.ts';
import type { Tx } from '../../db/db.ts';
import type { ReleasePolicy } from '../../hints/release.ts';
import type { Job } from '../job.ts';
import { foldCalls, type TouchedElement } from './fold_calls.ts';
import { foldEffects } from './fold_effects.ts';
import { foldJoins, foldOutcomes } from './fold_outcomes.ts';
import { type Published, publishHints } from './publish_hints.ts';
import { oldHints } from './retire_hints.ts';
import { type Chunk, finishChunk, nextChunk } from './watermark.ts';

const SOURCES = [
  { source: 'tool_calls', fold: foldCalls },
  {
    source: 'events',
    async fold(tx, chunk) {
      await foldJoins(tx, chunk);
      return [...(await foldOutcomes(tx, chunk)), ...(await foldEffects(tx, chunk))];
    },
  },
] as const satisfies readonly {
  source: 'tool_calls' | 'events';
  fold: (tx: Tx, chunk: Chunk) => Promise<TouchedElement[]>;
}[];

/**
 * Folds what arrived since the last run into statistics and hints. Each chunk is one transaction that also moves the
 * watermark, so a run that is killed at any point has counted nothing twice and skipped nothing. `invalidate` is told,
 * after the commit, of the pages whose hints changed.
 */
export function createAggregateJob(
  policy: ReleasePolicy,
  now: () => number,
  invalidate: (pages: readonly HintPage[]) => Promise<unknown>,
): Job {
  return {
    name: 'aggregate',
    everyMs: 5 * 60_000,
    async run({ db, renew, signal }) {
      const detail = { tool_calls: 0, events: 0, hints_written: 0, hints_refreshed: 0, hints_released: 0 };
      for (const { source, fold } of SOURCES) {
        while (!signal.aborted) {
          const done = await db.tx('admin', async (tx) => {
            const chunk = await nextChunk(tx, { job: 'aggregate', source });
            if (!chunk) return undefined;
            const cause = { actor: 'job', detail: { source, after: chunk.after, up_to: chunk.upTo } } as const;
            const releasing = { policy, now: new Date(now()) };
            const published: Published = await publishHints(tx, await fold(tx, chunk), releasing, cause);
            await finishChunk(tx, { job: 'aggregate', source }, chunk);
            return { rows: chunk.rows, ...published };
          });
          if (!done) break;
          if (done.pages.length) await invalidate(done.pages);
          detail[source] += done.rows;
          detail.hints_written += done.written;
          detail.hints_refreshed += done.refreshed;
          detail.hints_released += done.released;
          await renew();
        }
      }
      const releasing = { policy, now: new Date(now()) };
      for (let after: string | undefined = '0'; after !== undefined && !signal.aborted; ) {
        const from: string = after;
        const { last, published } = await db.tx('admin', async (tx) => {
          const old = await oldHints(tx, from, releasing);
          const cause = { actor: 'job', detail: { source: 'age' } } as const;
          return { last: old.last, published: await publishHints(tx, old.touched, releasing, cause) };
        });
        if (published.pages.length) await invalidate(published.pages);
        detail.hints_released += published.released;
        after = last;
        await renew();
      }
      return detail;
    },
  };
}
