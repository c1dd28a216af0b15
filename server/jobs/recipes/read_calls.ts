import { plainArray } from '../../db/array.ts';
import type { Tx } from '../../db/db.ts';
import { type FormsOfPages, formsOfPages, type Join } from '../../recipes/forms.ts';
import { MAX_STEPS } from '../../recipes/limits.ts';
import type { RunCall } from '../../recipes/steps.ts';
import type { DueRun } from './due_runs.ts';

/** Calls of one run that are counted in one transaction: the embedded database answers nobody else meanwhile. */
export const CHUNK_CALLS = 100;

export interface StoredCall extends RunCall {
  readonly run_id: string;
  readonly voter: string;
  readonly day: string;
  readonly key_no: number;
  readonly xid: string;
}

/** Of `input_jsonb`, no value that is not true or false. */
const ARGUMENTS = `case when jsonb_typeof(c.input_jsonb) = 'object' and c.tool_name not like 'dom.%' then (
  select jsonb_object_agg(key, case jsonb_typeof(value) when 'boolean' then value else 'null' end)
  from jsonb_each(c.input_jsonb) where key ~ '^[A-Za-z_][A-Za-z0-9_-]{0,31}$') end`;

const numberAt = (name: string): string =>
  `case when jsonb_typeof(c.input_jsonb -> '${name}') = 'number' then (c.input_jsonb ->> '${name}')::float8 end`;

/** The next calls of runs of a project, by run and in their order, with those just before that a sequence may begin with. */
export const readCalls = (tx: Tx, projectId: string, runs: readonly DueRun[]): Promise<StoredCall[]> =>
  tx.query<StoredCall>(
    `select c.run_id, c.seq, c.tool_name, c.success, (extract(epoch from c.started_at) * 1000)::float8 as started_at,
       (extract(epoch from coalesce(c.ended_at, c.started_at)) * 1000)::float8 as ended_at,
       concat_ws(' ', c.instance_id, c.tab_id) as tab, coalesce(c.instance_id, c.run_id::text) as voter,
       (c.ingested_at at time zone 'UTC')::date::text as day, coalesce(c.key_no, 0) as key_no, c.ingested_xid::text as xid,
       coalesce(p.page_key, p.url_norm) as page_key, p.page_sig_id::text as page_sig_id, e.elem_sig_id::text as elem_sig_id,
       case when e.elem_sig_id is not null then
         jsonb_build_object('selector_norm', e.selector_norm, 'attr_fingerprint_hash', e.attr_fingerprint_hash) end as form,
       ${ARGUMENTS} as args, ${numberAt('screens')} as screens,
       case when c.tool_name = 'browser.navigate' then coalesce(c.input_jsonb ->> 'kind', '') end as navigation
     from unnest($2::uuid[], $3::int[]) as r(run_id, up_to_seq)
     cross join lateral (
       select l.call_id, l.started_at, l.seq from tool_call_ledger l
       where l.project_id = $1 and l.run_id = r.run_id and l.seq > r.up_to_seq - ${MAX_STEPS}
       order by l.seq limit ${CHUNK_CALLS + MAX_STEPS + 1}
     ) l
     join tool_calls c on c.project_id = $1 and c.call_id = l.call_id and c.started_at = l.started_at
     left join page_signatures p on p.project_id = $1 and p.page_sig_id = c.page_sig_id
     left join element_signatures e on e.project_id = $1 and e.elem_sig_id = c.elem_sig_id
     order by c.run_id, c.seq`,
    [projectId, plainArray(runs.map(({ run_id }) => run_id)), plainArray(runs.map(({ up_to_seq }) => up_to_seq))],
  );

/** The joined forms of the controls of pages. */
export async function readForms(tx: Tx, projectId: string, pageKeys: readonly string[]): Promise<FormsOfPages> {
  const joins = await tx.query<Join>(
    `select id::text, page_key, from_selector, from_fingerprint, to_selector, to_fingerprint from element_joins
     where project_id = $1 and page_key = any($2::text[]) and undone_at is null and held_at is not null`,
    [projectId, [...new Set(pageKeys)]],
  );
  return formsOfPages(joins);
}
