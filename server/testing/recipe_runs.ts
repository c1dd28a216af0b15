import { v7 as uuidv7 } from 'uuid';
import { expect } from 'vitest';
import type { RecipeHint } from '../../shared/protocol/schema.ts';
import { hashWords, parseHashKey } from '../../shared/signature/hash.ts';
import type { Db } from '../db/db.ts';
import { aggregateAll } from './aggregate.ts';
import { aCall, anElement, aPage, type Fields } from './items.ts';
import { type TestApp, type TestAppChanges, testApp } from './test_app.ts';

/** A step of a run: a control by its name, what was done with it, and what differs from a click that succeeds. */
export interface Act extends Fields {
  /** Path of the page; '' where not given. */
  readonly on?: string;
  /** Undefined: the page as a whole. */
  readonly control?: string | undefined;
  /** Seconds after the act before, 2 where not given. */
  readonly after?: number;
  readonly context?: Fields;
}

interface Run {
  readonly voter?: string;
  readonly status?: string;
  readonly run_id?: string;
  /** Number of the first act, which is done as many minutes later. */
  readonly from?: number;
}

export const fieldOf = (name: string): Fields => ({ tag: 'input', role: 'textbox', name_attr: name });

/** A project with runs on `https://shop.example/`, and the recipes that come of them. */
export async function recipeRuns(db: Db, changes: TestAppChanges = {}) {
  const t: TestApp = await testApp(db, changes);
  const [project] = await query<{ text_key: string }>(db, 'select text_key from projects where project_id = $1', [
    t.projectId,
  ]);
  const key = parseHashKey(project?.text_key ?? '');
  const control = (name: string, identity: Fields = {}): Record<string, unknown> =>
    anElement({
      selector_norm: `#${name}`,
      attr_fingerprint_hash: Buffer.from(name.padEnd(8, '-')).toString('hex').slice(0, 16),
      identity: { tag: 'button', role: 'button', name_words: hashWords(key, name), ...identity },
      candidates: [{ kind: 'test_id', selector: `[data-testid="${name}"]`, matches: 1 }],
    });

  /** The items of a run that does these acts. */
  function run(
    acts: readonly Act[],
    { voter = uuidv7(), status = 'completed', run_id = uuidv7(), from = 0 }: Run = {},
  ) {
    const context = { run_id, instance_id: voter, session_id: `session of ${voter}`, tab_id: '1' };
    let at = Date.UTC(2026, 5, 15, 11, from);
    const calls = acts.map(({ on = '', control: name, identity, after = 2, context: own, ...call }, place) => {
      at += 1000 * after;
      return aCall({
        seq: from + place,
        success: true,
        tool_name: 'dom.click',
        started_at: new Date(at).toISOString(),
        ended_at: new Date(at + 100).toISOString(),
        page_signature: aPage(on),
        ...(name === undefined ? {} : { element_signatures: [control(name, identity as Fields | undefined)] }),
        ...call,
        context: { ...context, ...own },
      });
    });
    const ended = { kind: 'run', run_id, instance_id: voter, status, started_at: '2026-06-15T11:00:00Z' };
    return { run_id, items: [...calls, ended] as Fields[] };
  }

  /** Stores items as if they had arrived `daysAgo`. */
  async function send(items: readonly Fields[], daysAgo = 0, apiKey = t.secret): Promise<void> {
    for (let at = 0; at < items.length; at += 500) {
      const { body } = await t.send('POST', '/v1/ingest', { items: items.slice(at, at + 500) }, apiKey);
      expect(body).toMatchObject({ rejected: 0 });
    }
    if (daysAgo)
      for (const table of ['tool_calls', 'events'])
        await query(
          db,
          `update ${table} set ingested_at = now() - make_interval(days => $2)
           where project_id = $1 and ingested_at between now() - interval '10 minutes' and now() + interval '10 minutes'`,
          [t.projectId, daysAgo],
        );
  }

  /** Has all that is stored folded and cut. */
  async function mine(): Promise<void> {
    await aggregateAll(t, db);
    for (let tries = 0; tries < 600; tries += 1) {
      expect((await t.send('POST', '/internal/jobs/recipes')).body).toMatchObject({ outcome: 'succeeded' });
      const [left] = await query<{ unread: boolean }>(
        db,
        `select exists (select from tool_calls where project_id = $1 and ingested_xid > (
             select xid from job_watermarks where job = 'recipes' and source = 'tool_calls'))
           or exists (select from hint_changes where project_id = $1 and ingested_xid > (
             select xid from job_watermarks where job = 'recipes' and source = 'hint_changes'))
           or exists (select from recipe_runs q join runs r using (project_id, run_id)
             where q.project_id = $1 and q.pending and r.status <> 'running') as unread`,
        [t.projectId],
      );
      if (!left?.unread) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error('the recipes job does not come to an end');
  }

  /** The recipes that a lookup of a page answers with, best first. */
  async function recipes(path = '', fields: Fields = {}): Promise<RecipeHint[]> {
    const { body } = await t.send('POST', '/hints/lookup', { url: `https://shop.example/${path}`, ...fields });
    return (body.page_hints as RecipeHint[]).filter(({ hint_type }) => hint_type === 'recipe');
  }

  return {
    t,
    run,
    send,
    mine,
    recipes,
    control,
    query: <Row extends object>(sql: string) => query<Row>(db, sql, [t.projectId]),
  };
}

/** Names of the controls of a recipe, in their order; '' for the page as a whole. */
export const namesOf = ({ data }: RecipeHint): string[] =>
  data.steps.map(({ control }) => control?.selector_norm.slice(1) ?? '');

const query = <Row extends object>(db: Db, sql: string, params: readonly (string | number)[]): Promise<Row[]> =>
  db.tx('admin', (tx) => tx.query<Row>(sql, params));
