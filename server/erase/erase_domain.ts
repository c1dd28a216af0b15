import type { Tx } from '../db/db.ts';
import { eraseRecipes } from './erase_recipes.ts';
import { type AtMost, addRows, counter, type Erased, type ErasedRows, eraseCalls } from './erased.ts';

const hostOf = (url: string): string => `lower(substring(${url} from '^[A-Za-z][A-Za-z0-9+.-]*://([^/?#]*)'))`;
const isOfDomain = (host: string): string => `(${host} = $2 or right(${host}, length($2) + 1) = '.' || $2)`;
const PAGES = `select page_sig_id from page_signatures where project_id = $1 and ${isOfDomain('domain')}`;

export const eraseDomainCalls = (tx: Tx, projectId: string, domain: string, atMost: AtMost): Promise<Erased> =>
  eraseCalls(
    tx,
    `select call_id, started_at from tool_calls
     where project_id = $1 and (page_sig_id in (${PAGES}) or ${isOfDomain(hostOf('url_at_call'))}) limit $3`,
    [projectId, domain, atMost],
  );

export async function eraseDomainEvents(tx: Tx, projectId: string, domain: string, atMost: AtMost): Promise<Erased> {
  const events = await counter(tx)(
    `delete from events where project_id = $1 and event_uuid in (
       select event_uuid from events
       where project_id = $1 and (page_sig_id in (${PAGES}) or ${isOfDomain(hostOf('url'))}) limit $3)`,
    [projectId, domain, atMost],
  );
  return { rows: { events }, storagePaths: [], runIds: [], pages: [] };
}

/** Pages by their addresses, all states of one at once; with elements, statistics and hints. */
export async function eraseDomainPages(tx: Tx, projectId: string, domain: string, atMost: AtMost): Promise<Erased> {
  const found = await tx.query<{ url_norm: string }>(
    `select distinct url_norm from page_signatures where project_id = $1 and ${isOfDomain('domain')} limit $3`,
    [projectId, domain, atMost],
  );
  const pages = found.map((row) => row.url_norm);
  const count = counter(tx);
  const ofPages = `project_id = $1 and ${isOfDomain('domain')} and url_norm = any($3::text[])`;
  const states = `select page_sig_id from page_signatures where ${ofPages}`;
  const params = [projectId, domain, pages];
  const site = [projectId, domain];
  const recipes = await eraseRecipes(tx, `r.page_sig_ids && array(${states})`, params);
  const archives = await tx.query<{ path: string }>(
    `select hint_blob_path as path from hints
     where project_id = $1 and page_sig_id in (${states}) and hint_blob_path is not null`,
    params,
  );
  const rows = {
    hint_exposures: await count(
      `delete from hint_exposures where project_id = $1 and hint_id in (
         select id from hints where project_id = $1 and page_sig_id in (${states}))`,
      params,
    ),
    hints: await count(`delete from hints where project_id = $1 and page_sig_id in (${states})`, params),
    ...(await eraseStats(tx, states, params)),
    element_signatures: await count(
      `delete from element_signatures where project_id = $1 and page_sig_id in (${states})`,
      params,
    ),
    page_signatures: await count(`delete from page_signatures where ${ofPages}`, params),
    hint_bundles: await count(`delete from hint_bundles where project_id = $1 and ${isOfDomain('domain')}`, site),
    url_templates: await count(`delete from url_templates where project_id = $1 and ${isOfDomain('host')}`, site),
    element_joins: await count(
      `delete from element_joins where project_id = $1 and ${isOfDomain(hostOf('page_key'))}`,
      site,
    ),
  };
  return {
    rows: addRows(recipes.rows, rows),
    storagePaths: [...recipes.storagePaths, ...archives.map(({ path }) => path)],
    runIds: [],
    pages: [...new Set([...pages, ...recipes.pages])],
  };
}

/** What no foreign key erases with the pages. */
async function eraseStats(
  tx: Tx,
  states: string,
  params: readonly (string | readonly string[])[],
): Promise<ErasedRows> {
  const stats = `select id from hint_stats where project_id = $1 and page_sig_id in (${states})`;
  const rows: Record<string, number> = {};
  for (const table of ['hint_stat_runs', 'hint_stat_tools', 'hint_stat_days', 'hint_stat_latencies'])
    rows[table] = await counter(tx)(`delete from ${table} where project_id = $1 and stat_id in (${stats})`, params);
  const elements = `select elem_sig_id from element_signatures where project_id = $1 and page_sig_id in (${states})`;
  for (const table of ['control_uses', 'control_requests', 'control_waits', 'control_signals', 'touched_elements'])
    rows[table] = await counter(tx)(
      `delete from ${table} where project_id = $1 and elem_sig_id in (${elements})`,
      params,
    );
  return rows;
}

export async function eraseDomain(tx: Tx, projectId: string, domain: string): Promise<Erased> {
  const calls = await eraseDomainCalls(tx, projectId, domain, null);
  const events = await eraseDomainEvents(tx, projectId, domain, null);
  const pages = await eraseDomainPages(tx, projectId, domain, null);
  const tab_addresses = await counter(tx)(
    `update tabs set url_first_seen = null where project_id = $1 and ${isOfDomain(hostOf('url_first_seen'))}`,
    [projectId, domain],
  );
  const rows = [events.rows, pages.rows, { tab_addresses }].reduce(addRows, calls.rows);
  return { ...pages, rows, storagePaths: [...calls.storagePaths, ...pages.storagePaths] };
}
