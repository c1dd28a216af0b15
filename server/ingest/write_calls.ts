import { plainArray } from '../db/array.ts';
import type { Tx } from '../db/db.ts';
import type { Calls } from './collect_calls.ts';
import type { Sender } from './ingest.ts';
import type { ArtifactRow, EventRow } from './rows.ts';

/** Ids of the page states and elements of a batch by their numbers. */
export interface SignatureIds {
  readonly pages: readonly string[];
  readonly elements: readonly string[];
}

/**
 * Columns, not records: of what `jsonb_to_recordset` costs, Postgres takes less than half this way (27 and 12 µs a call, measured
 * with Postgres 15). What nearly all calls of a batch share comes once, in arrays of contexts, page states and elements.
 */
const CALLS = `
  select call_id, ($3::uuid[])[context] as run_id, seq, event_uuid, tool_name, started_at, ended_at, success, error_msg,
    nullif(input, 'null') as input_jsonb, nullif(output, 'null') as output_jsonb,
    ($4::text[])[context] as instance_id, ($5::text[])[context] as session_id, ($6::text[])[context] as tab_id,
    url_at_call, ($20::bigint[])[page + 1] as page_sig_id, ($21::bigint[])[element + 1] as elem_sig_id,
    $22::int as key_no
  from rows from (
    unnest($2::uuid[], $7::int[], $8::int[], $9::uuid[], $10::text[], $11::timestamptz[], $12::timestamptz[],
      $13::boolean[], $14::text[], $15::text[], $16::int[], $17::int[]),
    jsonb_array_elements($18::jsonb),
    jsonb_array_elements($19::jsonb)
  ) as i(call_id, context, seq, event_uuid, tool_name, started_at, ended_at, success, error_msg, url_at_call,
    page, element, input, output)`;

const parameters = (
  { projectId, keyNo }: Sender,
  { columns }: Calls,
  { pages, elements }: SignatureIds,
): (string | number | null)[] => [projectId, ...columns, plainArray(pages), plainArray(elements), keyNo ?? null];

const INSERT_CALLS = `
  insert into tool_calls (project_id, call_id, run_id, seq, event_uuid, tool_name, started_at, ended_at, success,
    error_msg, input_jsonb, output_jsonb, instance_id, session_id, tab_id, url_at_call, page_sig_id, elem_sig_id,
    key_no)
  select $1, i.call_id, i.run_id, i.seq, i.event_uuid, i.tool_name, i.started_at, i.ended_at, i.success, i.error_msg,
    i.input_jsonb, i.output_jsonb, i.instance_id, i.session_id, i.tab_id, i.url_at_call, i.page_sig_id, i.elem_sig_id,
    i.key_no
  from input i`;

const INSERT_LEDGER = `
  insert into tool_call_ledger (project_id, run_id, event_uuid, seq, call_id, started_at)
  select $1, run_id, event_uuid, seq, call_id, started_at from input order by run_id, event_uuid`;

/**
 * Writes calls that nobody has told before, which is a third cheaper than to ask for each. Throws a unique violation (SQLSTATE
 * 23505) where the ledger has the event or the number of one: then `insertCalls` is right.
 */
export async function insertNewCalls(tx: Tx, sender: Sender, calls: Calls, ids: SignatureIds): Promise<void> {
  await tx.query(
    `with input as materialized (${CALLS}), ledger as (${INSERT_LEDGER}) ${INSERT_CALLS}`,
    parameters(sender, calls, ids),
  );
}

/** Writes the calls whose event and number the ledger did not have, and answers the ids of the others. */
export async function insertCalls(tx: Tx, sender: Sender, calls: Calls, ids: SignatureIds): Promise<string[]> {
  const taken = await tx.query<{ call_id: string }>(
    `with input as materialized (${CALLS}), ledger as (
       ${INSERT_LEDGER} on conflict do nothing returning call_id
     ), calls as (${INSERT_CALLS} join ledger using (call_id))
     select call_id from input where not exists (select from ledger l where l.call_id = input.call_id)`,
    parameters(sender, calls, ids),
  );
  return taken.map((row) => row.call_id);
}

/**
 * Fills what calls that were told before left empty: of the rows whose call_ids are `taken`. Answers by these ids the calls that
 * are stored; the numbers of the others belong to other events. A call that the aggregate job cannot have counted yet arrives
 * anew for it.
 */
export async function fillCalls(
  tx: Tx,
  sender: Sender,
  calls: Calls,
  ids: SignatureIds,
  taken: readonly string[],
): Promise<Map<string, string>> {
  const stored = await tx.query<{ call_id: string; stored_id: string }>(
    `with known as materialized (
       select l.call_id as stored_id, l.started_at as stored_start, i.*
       from (${CALLS}) i
       join tool_call_ledger l on l.project_id = $1 and l.run_id = i.run_id and l.event_uuid = i.event_uuid
       where i.call_id = any($23::uuid[])
     ), filled as (
       update tool_calls t set
         ended_at = coalesce(t.ended_at, case when k.ended_at >= t.started_at then k.ended_at end),
         success = coalesce(t.success, k.success),
         error_msg = coalesce(t.error_msg, k.error_msg),
         input_jsonb = coalesce(t.input_jsonb, k.input_jsonb),
         output_jsonb = coalesce(t.output_jsonb, k.output_jsonb),
         instance_id = coalesce(t.instance_id, k.instance_id),
         session_id = coalesce(t.session_id, k.session_id),
         tab_id = coalesce(t.tab_id, k.tab_id),
         url_at_call = coalesce(t.url_at_call, k.url_at_call),
         page_sig_id = coalesce(t.page_sig_id, k.page_sig_id),
         elem_sig_id = coalesce(t.elem_sig_id, k.elem_sig_id),
         -- Whoever told the outcome vouches for it.
         key_no = case when t.success is null and k.success is not null then k.key_no else t.key_no end,
         ingested_xid = case
           when t.success is null or t.page_sig_id is null then pg_current_xact_id() else t.ingested_xid end
       from known k
       where t.project_id = $1 and t.call_id = k.stored_id and t.started_at = k.stored_start and (
         (t.ended_at is null and k.ended_at >= t.started_at)
         or (t.success is null and k.success is not null)
         or (t.error_msg is null and k.error_msg is not null)
         or (t.input_jsonb is null and k.input_jsonb is not null)
         or (t.output_jsonb is null and k.output_jsonb is not null)
         or (t.instance_id is null and k.instance_id is not null)
         or (t.session_id is null and k.session_id is not null)
         or (t.tab_id is null and k.tab_id is not null)
         or (t.url_at_call is null and k.url_at_call is not null)
         or (t.page_sig_id is null and k.page_sig_id is not null)
         or (t.elem_sig_id is null and k.elem_sig_id is not null))
     )
     select call_id, stored_id from known`,
    [...parameters(sender, calls, ids), plainArray(taken)],
  );
  return new Map(stored.map((call) => [call.call_id, call.stored_id]));
}

/** Links calls to their artifacts, each link once, and remembers the content. */
export async function insertArtifacts(tx: Tx, projectId: string, rows: readonly ArtifactRow[]): Promise<void> {
  await tx.query(
    `with input as materialized (
       select * from jsonb_to_recordset($2::jsonb) as i(
         call_id uuid, type text, content_hash text, size_bytes bigint, storage_path text)
     ), linked as (
       insert into artifacts (project_id, call_id, type, content_hash, size_bytes, storage_path)
       select $1, call_id, type, content_hash, size_bytes, storage_path from input order by call_id, type, content_hash
       on conflict do nothing
     )
     insert into dedup_hashes (project_id, content_hash)
     select distinct $1::uuid, content_hash from input order by content_hash
     on conflict do nothing`,
    [projectId, JSON.stringify(rows)],
  );
}

/** Writes the events that were not told before and answers their ids. */
export async function insertEvents(
  tx: Tx,
  { projectId, keyNo }: Sender,
  rows: readonly EventRow[],
  { pages, elements }: SignatureIds,
): Promise<string[]> {
  const written = await tx.query<{ event_uuid: string }>(
    `insert into events (project_id, event_uuid, run_id, session_id, instance_id, tab_id, url, name, occurred_at, data,
       page_sig_id, elem_sig_id, key_no)
     select $1, event_uuid, run_id, session_id, instance_id, tab_id, url, name, occurred_at, data,
       ($3::bigint[])[page + 1], ($4::bigint[])[element + 1], $5::int
     from jsonb_to_recordset($2::jsonb) as i(
       event_uuid uuid, run_id uuid, session_id text, instance_id text, tab_id text, url text, name text,
       occurred_at timestamptz, data jsonb, page int, element int)
     order by event_uuid
     on conflict do nothing
     returning event_uuid`,
    [projectId, JSON.stringify(rows), plainArray(pages), plainArray(elements), keyNo ?? null],
  );
  return written.map((row) => row.event_uuid);
}
