import type { HintPage } from '../../cache/hint_cache.ts';
import type { Tx } from '../../db/db.ts';
import type { ReleasePolicy } from '../../hints/release.ts';
import type { StoredBlobs } from '../../storage/stored_blobs.ts';
import { openTransactionsEnded } from '../aggregate/open_transactions.ts';
import type { Published, Releasing } from '../aggregate/publish_hints.ts';
import type { Cause } from '../aggregate/release_hints.ts';
import { type Chunk, finishChunk, nextChunk } from '../aggregate/watermark.ts';
import { byProject } from '../by_project.ts';
import type { Job, JobContext } from '../job.ts';
import { cutRuns } from './cut_runs.ts';
import { dueRuns } from './due_runs.ts';
import { foldReports, type TouchedRecipe } from './fold_reports.ts';
import { forgetSome } from './forget.ts';
import { publishRecipes } from './publish_recipes.ts';
import { queueRuns } from './queue_runs.ts';
import { rekeyRecipes } from './rekey_recipes.ts';
import { ofAge, ofChangedHints, ofJoins } from './touched.ts';
import { worthTelling } from './worth_telling.ts';

export interface RecipesOptions {
  readonly policy: ReleasePolicy;
  /** ms since 1970 */
  readonly now: () => number;
  /** Told, after the commit, of the pages whose hints changed. */
  readonly invalidate: (pages: readonly HintPage[]) => Promise<unknown>;
  /** Absent: of what is told shortened the whole is kept nowhere. */
  readonly storage: StoredBlobs | undefined;
}

interface Reading {
  readonly source: 'tool_calls' | 'element_joins' | 'events' | 'hint_changes';
  readonly fold: (tx: Tx, chunk: Chunk) => Promise<readonly TouchedRecipe[]>;
}

const idOf = ({ recipe_id }: TouchedRecipe): string => recipe_id;

const SOURCES: readonly Reading[] = [
  {
    source: 'tool_calls',
    async fold(tx, chunk) {
      await queueRuns(tx, chunk);
      return [];
    },
  },
  {
    source: 'element_joins',
    async fold(tx, chunk) {
      const changed: TouchedRecipe[] = [];
      for (const [project_id, own] of byProject(await ofJoins(tx, chunk)))
        for (const recipe_id of await rekeyRecipes(tx, project_id, own.map(idOf)))
          changed.push({ project_id, recipe_id });
      return changed;
    },
  },
  { source: 'events', fold: foldReports },
  { source: 'hint_changes', fold: ofChangedHints },
];

/**
 * Makes recipes of sequences of calls that runs made again and again. A run is cut once it ended or fell silent, each call once; what is
 * read, counted and told is one transaction with the marks, so a job that is killed at any point counts nothing twice and skips nothing.
 */
export function createRecipesJob({ policy, now, invalidate, storage }: RecipesOptions): Job {
  return {
    name: 'recipes',
    everyMs: 5 * 60_000,
    async run(context: JobContext) {
      const { db, renew, signal } = context;
      await openTransactionsEnded(context);
      const detail = { calls: 0, written: 0, refreshed: 0, released: 0, forgotten: 0 };
      const releasing = (): Releasing => ({ policy, now: new Date(now()) });
      const publish = async (tx: Tx, touched: readonly TouchedRecipe[], cause: Cause): Promise<Published[]> => {
        const published: Published[] = [];
        for (const [projectId, own] of byProject(touched)) {
          const worth = await worthTelling(tx, projectId, own.map(idOf));
          published.push(await publishRecipes(tx, projectId, worth, releasing(), cause, storage));
        }
        return published;
      };
      /** Runs a step, each in its transaction, until it finds nothing more to do. */
      const repeat = async (step: (tx: Tx) => Promise<readonly Published[] | undefined>): Promise<void> => {
        while (!signal.aborted) {
          const done = await db.tx('admin', step);
          if (!done) return;
          const pages = done.flatMap((each) => each.pages);
          if (pages.length) await invalidate(pages);
          for (const { written, refreshed, released } of done) {
            detail.written += written;
            detail.refreshed += refreshed;
            detail.released += released;
          }
          await renew();
        }
      };

      for (const { source, fold } of SOURCES)
        await repeat(async (tx) => {
          const chunk = await nextChunk(tx, { job: 'recipes', source });
          if (!chunk) return undefined;
          const published = await publish(tx, await fold(tx, chunk), causeOf(source, chunk));
          await finishChunk(tx, { job: 'recipes', source }, chunk);
          return published;
        });
      await repeat(async (tx) => {
        const [first, ...rest] = await dueRuns(tx);
        if (!first) return undefined;
        const { project_id } = first;
        const cut = await cutRuns(tx, project_id, [first, ...rest]);
        detail.calls += cut.calls;
        const touched = cut.counted.map((recipe_id) => ({ project_id, recipe_id }));
        return publish(tx, touched, causeOf('tool_calls', cut));
      });
      let after = '0';
      await repeat(async (tx) => {
        const old = await ofAge(tx, after, releasing());
        after = old.at(-1)?.recipe_id ?? after;
        return old.length ? publish(tx, old, { actor: 'job', detail: { source: 'age' } }) : undefined;
      });
      await repeat(async (tx) => {
        const forgotten = await forgetSome(tx);
        detail.forgotten += forgotten;
        return forgotten > 0 ? [] : undefined;
      });
      return detail;
    },
  };
}

const causeOf = (source: string, { after, upTo }: Pick<Chunk, 'after' | 'upTo'>): Cause => ({
  actor: 'job',
  detail: { source, after, up_to: upTo },
});
