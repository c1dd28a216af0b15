import type { Tx } from '../db/db.ts';
import { eraseRecipes } from './erase_recipes.ts';
import { type AtMost, addRows, counter, type Erased, type ErasedRows, eraseCalls } from './erased.ts';

/** Waits for batches that write to the sessions' runs; later ones make them anew. */
async function lockRuns(tx: Tx, projectId: string, sessionIds: readonly string[]): Promise<string[]> {
  const runs = await tx.query<{ run_id: string }>(
    'select run_id from runs where project_id = $1 and session_id = any($2::text[]) order by run_id for update',
    [projectId, sessionIds],
  );
  return runs.map((row) => row.run_id);
}

export async function eraseSessionCalls(
  tx: Tx,
  projectId: string,
  sessionIds: readonly string[],
  atMost: AtMost,
): Promise<Erased> {
  const runIds = await lockRuns(tx, projectId, sessionIds);
  return eraseCalls(
    tx,
    'select call_id, started_at from tool_call_ledger where project_id = $1 and run_id = any($2::uuid[]) limit $3',
    [projectId, runIds, atMost],
  );
}

export async function eraseSessionEvents(
  tx: Tx,
  projectId: string,
  sessionIds: readonly string[],
  atMost: AtMost,
): Promise<Erased> {
  const runIds = await lockRuns(tx, projectId, sessionIds);
  const events = await counter(tx)(
    `delete from events where project_id = $1 and event_uuid in (
       select event_uuid from events where project_id = $1 and run_id = any($2::uuid[]) limit $3)`,
    [projectId, runIds, atMost],
  );
  return { rows: { events }, storagePaths: [], runIds: [], pages: [] };
}

/**
 * Erases all of the sessions. With `everywhere` calls and events are also looked for that name a session whose run is
 * another's, which reads all of the project.
 */
export async function eraseSessions(
  tx: Tx,
  projectId: string,
  sessionIds: readonly string[],
  everywhere: boolean,
): Promise<Erased> {
  const runIds = await lockRuns(tx, projectId, sessionIds);
  const { rows, storagePaths } = await eraseCalls(
    tx,
    `select call_id, started_at from tool_call_ledger where project_id = $1 and run_id = any($2::uuid[])
     union select call_id, started_at from tool_calls where project_id = $1 and $4 and session_id = any($3::text[])`,
    [projectId, runIds, sessionIds, everywhere],
  );
  const count = counter(tx);
  const ofVoters = (table: 'hint_votes' | 'control_uses' | 'recipe_votes') =>
    count(
      `delete from ${table} where project_id = $1 and $4 and (voter = any($2::text[])
         or voter in (select instance_id from instances where project_id = $1 and session_id = any($3::text[])))`,
      [projectId, runIds, sessionIds, everywhere],
    );
  const others = {
    events: await count(
      `delete from events where project_id = $1 and (run_id = any($2::uuid[]) or ($4 and session_id = any($3::text[])))`,
      [projectId, runIds, sessionIds, everywhere],
    ),
    hint_stat_runs: await count(
      'delete from hint_stat_runs where project_id = $1 and $3 and run_id = any($2::uuid[])',
      [projectId, runIds, everywhere],
    ),
    hint_exposures: await count(
      'delete from hint_exposures where project_id = $1 and $3 and run_id = any($2::uuid[])',
      [projectId, runIds, everywhere],
    ),
    hint_votes: await ofVoters('hint_votes'),
    control_uses: await ofVoters('control_uses'),
    recipe_votes: await ofVoters('recipe_votes'),
    recipe_runs: await count('delete from recipe_runs where project_id = $1 and run_id = any($2::uuid[])', [
      projectId,
      runIds,
    ]),
    runs: await count('delete from runs where project_id = $1 and run_id = any($2::uuid[])', [projectId, runIds]),
    ...(await eraseInstances(tx, projectId, sessionIds)),
    sessions: await count('delete from sessions where project_id = $1 and session_id = any($2::text[])', [
      projectId,
      sessionIds,
    ]),
  };
  await tx.query(
    `update recipes set last_runs = array(select run from unnest(last_runs) as run where run <> all($2::uuid[]))
     where project_id = $1 and $3 and last_runs && $2::uuid[]`,
    [projectId, runIds, everywhere],
  );
  // What nobody else did.
  const alone = `$2 and r.key is not null and not exists (
    select from recipe_votes v where v.project_id = r.project_id and v.recipe_id = r.recipe_id)`;
  const recipes = await eraseRecipes(tx, alone, [projectId, everywhere]);
  return {
    rows: [others, recipes.rows].reduce(addRows, rows),
    storagePaths: [...storagePaths, ...recipes.storagePaths],
    runIds,
    pages: recipes.pages,
  };
}

/** Those that runs of other sessions use as well stay, without the session. */
async function eraseInstances(tx: Tx, projectId: string, sessionIds: readonly string[]): Promise<ErasedRows> {
  const count = counter(tx);
  const unused = `select instance_id from instances i where project_id = $1 and session_id = any($2::text[])
    and not exists (select from runs r where r.project_id = $1 and r.instance_id = i.instance_id)`;
  const rows = {
    tabs: await count(`delete from tabs where project_id = $1 and instance_id in (${unused})`, [projectId, sessionIds]),
    instances: await count(`delete from instances where project_id = $1 and instance_id in (${unused})`, [
      projectId,
      sessionIds,
    ]),
  };
  await tx.query('update instances set session_id = null where project_id = $1 and session_id = any($2::text[])', [
    projectId,
    sessionIds,
  ]);
  return rows;
}
