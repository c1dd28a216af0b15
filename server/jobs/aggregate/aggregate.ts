import type { HintPage } from '../../cache/hint_cache.ts';
import type { Tx } from '../../db/db.ts';
import type { ReleasePolicy } from '../../hints/release.ts';
import type { Job } from '../job.ts';
import { byIndex } from './by_index.ts';
import { foldCalls } from './fold_calls.ts';
import { foldEffects } from './fold_effects.ts';
import { foldJoins } from './fold_joins.ts';
import { foldOutcomes } from './fold_outcomes.ts';
import { foldSenders } from './fold_senders.ts';
import { inLanes } from './lanes.ts';
import { openTransactionsEnded } from './open_transactions.ts';
import { type Published, publishHints, type Releasing } from './publish_hints.ts';
import { publishTouched } from './publish_touched.ts';
import { clearForRebuild, endRebuild } from './rebuild.ts';
import { agedHints, oldHints } from './retire_hints.ts';
import { type TouchedElement, touch } from './touched.ts';
import { type Chunk, finishChunk, nextChunk } from './watermark.ts';

const SOURCES = [
  {
    source: 'tool_calls',
    async fold(tx, chunk) {
      await foldSenders(tx, chunk);
      return foldCalls(tx, chunk);
    },
  },
  {
    source: 'events',
    async fold(tx, chunk, { policy, now }) {
      await foldJoins(tx, chunk, policy, now);
      return [...(await foldOutcomes(tx, chunk)), ...(await foldEffects(tx, chunk))];
    },
  },
] as const satisfies readonly {
  source: 'tool_calls' | 'events';
  fold: (tx: Tx, chunk: Chunk, releasing: Releasing) => Promise<TouchedElement[]>;
}[];

/** Rows folded, and elements published, in one transaction. The embedded database answers nobody else meanwhile. */
const SIZES = {
  embedded: { tool_calls: 200, events: 200, elements: 20, agedPages: 10 },
  server: { tool_calls: 50_000, events: 50_000, elements: 1_000, agedPages: 20 },
};

/** Transactions at once, of which each keeps a connection and a core busy; half of the connections are left to requests. */
const MAX_LANES = 2;

/**
 * Folds what arrived since the last run into statistics and hints. Each chunk is one transaction that also moves the
 * watermark, so a run that is killed at any point has counted nothing twice and skipped nothing. Hints are published when all is
 * folded, each once; what a run leaves, the next one publishes. `invalidate` is told, after the commit, of the pages whose hints changed.
 */
export function createAggregateJob(
  policy: ReleasePolicy,
  now: () => number,
  invalidate: (pages: readonly HintPage[]) => Promise<unknown>,
): Job {
  return {
    name: 'aggregate',
    everyMs: 5 * 60_000,
    async run(context) {
      const { db, renew, signal } = context;
      const detail = { tool_calls: 0, events: 0, hints_written: 0, hints_refreshed: 0, hints_released: 0 };
      // The embedded database has no pool.
      const sizes = db.connections ? SIZES.server : SIZES.embedded;
      const committed = async ({ pages, released }: Published): Promise<void> => {
        if (pages.length) await invalidate(pages);
        detail.hints_released += released;
        await renew();
      };
      await openTransactionsEnded(context);
      if (!(await clearForRebuild(context, sizes.events))) return detail;
      const foldAll = async ({ source, fold }: (typeof SOURCES)[number]): Promise<void> => {
        while (!signal.aborted) {
          const rows = await byIndex(db, async (tx) => {
            const chunk = await nextChunk(tx, { job: 'aggregate', source }, sizes[source]);
            if (!chunk) return 0;
            await touch(tx, await fold(tx, chunk, { policy, now: new Date(now()) }), chunk);
            await finishChunk(tx, { job: 'aggregate', source }, chunk);
            return chunk.rows;
          });
          if (rows === 0) break;
          detail[source] += rows;
          await renew();
        }
      };
      const lanes = Math.min(MAX_LANES, Math.max(1, Math.floor((db.poolSize ?? 0) / 2)));
      // They share one table, touched_elements, of which each locks rows in one statement in the order of their keys.
      await inLanes(
        lanes,
        SOURCES.map((source) => () => foldAll(source)),
      );
      if (!signal.aborted) await endRebuild(db);
      await publishTouched({
        db,
        signal,
        elements: sizes.elements,
        lanes,
        releasing: () => ({ policy, now: new Date(now()) }),
        async committed(published) {
          detail.hints_written += published.written;
          detail.hints_refreshed += published.refreshed;
          await committed(published);
        },
      });
      const releasing = { policy, now: new Date(now()) };
      for (let pages = 0; pages < sizes.agedPages && policy.halfLifeDays > 0 && !signal.aborted; pages += 1) {
        const published = await byIndex(db, async (tx) => {
          const aged = await agedHints(tx, sizes.elements, releasing);
          const cause = { actor: 'job', detail: { source: 'age' } } as const;
          return aged.length ? publishHints(tx, aged, releasing, cause, true) : undefined;
        });
        if (!published) break;
        await committed(published);
      }
      for (let after: string | undefined = '0'; after !== undefined && !signal.aborted; ) {
        const from: string = after;
        const { last, published } = await db.tx('admin', async (tx) => {
          const old = await oldHints(tx, from, sizes.elements, releasing);
          const cause = { actor: 'job', detail: { source: 'age' } } as const;
          return { last: old.last, published: await publishHints(tx, old.touched, releasing, cause) };
        });
        await committed(published);
        after = last;
      }
      return detail;
    },
  };
}
