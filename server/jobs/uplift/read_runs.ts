import { plainArray } from '../../db/array.ts';
import type { Tx } from '../../db/db.ts';
import { JOINED_FORMS } from '../../hints/joined_forms.ts';
import type { Report, RunCall } from './outcome.ts';
import { HINT_OF_EVENT, type TouchedExposure } from './touched.ts';

export interface FormedCall extends RunCall {
  readonly run_id: string;
  readonly project_id: string;
  readonly page_key: string | null;
  readonly selector_norm: string | null;
  readonly attr_fingerprint_hash: string | null;
}

type Run = Pick<TouchedExposure, 'project_id' | 'run_id'>;

/** As $1 and $2, each once. */
function runsOf(exposures: readonly Run[]): [string, string] {
  const runs = [...new Map(exposures.map((run) => [keyOfRun(run), run])).values()];
  return [plainArray(runs.map(({ project_id }) => project_id)), plainArray(runs.map(({ run_id }) => run_id))];
}

const RUNS = 'unnest($1::uuid[], $2::uuid[]) as r(project_id, run_id)';

export const keyOfRun = ({ project_id, run_id }: Run): string => `${project_id} ${run_id}`;

/** All calls of the runs of exposures, by run and in their order. */
export const readCalls = (tx: Tx, exposures: readonly Run[]): Promise<FormedCall[]> =>
  tx.query<FormedCall>(
    `select c.project_id, c.run_id, (extract(epoch from c.started_at) * 1000)::float8 as started_at,
       (extract(epoch from coalesce(c.ended_at, c.started_at)) * 1000)::float8 as ended_at, c.success,
       coalesce(p.page_key, p.url_norm) as page_key, e.selector_norm, e.attr_fingerprint_hash
     from ${RUNS}
     join tool_call_ledger l on l.project_id = r.project_id and l.run_id = r.run_id
     join tool_calls c on c.project_id = l.project_id and c.call_id = l.call_id and c.started_at = l.started_at
     left join page_signatures p on p.project_id = c.project_id and p.page_sig_id = c.page_sig_id
     left join element_signatures e on e.project_id = c.project_id and e.elem_sig_id = c.elem_sig_id
     order by c.project_id, c.run_id, c.started_at, c.seq`,
    runsOf(exposures),
  );

/** What pages reported of hints in the runs of exposures. */
export const readReports = (tx: Tx, exposures: readonly Run[]): Promise<(Run & Report & { hint_id: string })[]> =>
  tx.query(
    `select e.project_id, e.run_id, ${HINT_OF_EVENT}::text as hint_id,
       bool_or(e.data ->> 'outcome' = 'found') filter (where e.data ->> 'outcome' <> 'wrong') as verified,
       coalesce(bool_or(e.data ->> 'acted' = 'true'), false) as acted,
       coalesce(bool_or(e.data ->> 'outcome' = 'wrong'), false) as reported_wrong
     from ${RUNS}
     join events e on e.project_id = r.project_id and e.run_id = r.run_id and e.name = 'hint.outcome'
     where ${HINT_OF_EVENT} is not null
     group by 1, 2, 3`,
    runsOf(exposures),
  );

/** The forms of the controls of hints, their own among them: what was joined is one control. */
export async function readForms(tx: Tx, exposures: readonly TouchedExposure[]): Promise<Map<string, Set<string>>> {
  const hints = [...new Map(exposures.map((each) => [keyOfHint(each), each])).values()].map(
    ({ project_id, hint_id, page_key, selector_norm, attr_fingerprint_hash }) => ({
      project_id,
      hint_id,
      page_key,
      selector_norm,
      attr_fingerprint_hash,
    }),
  );
  const rows = await tx.query<Pick<FormedCall, 'project_id' | 'selector_norm' | 'attr_fingerprint_hash'> & Hinted>(
    `with recursive forms as (
       select project_id, hint_id, page_key, selector_norm, attr_fingerprint_hash
       from jsonb_to_recordset($1::jsonb) as h(
         project_id uuid, hint_id bigint, page_key text, selector_norm text, attr_fingerprint_hash text)
       where selector_norm is not null
       union
       select f.project_id, f.hint_id, f.page_key, j.selector, j.fingerprint
       from forms f cross join lateral ${JOINED_FORMS} j
     )
     select project_id, hint_id::text, selector_norm, attr_fingerprint_hash from forms`,
    [JSON.stringify(hints)],
  );
  const forms = new Map<string, Set<string>>();
  for (const row of rows) forms.set(keyOfHint(row), (forms.get(keyOfHint(row)) ?? new Set()).add(formOf(row)));
  return forms;
}

interface Hinted {
  readonly project_id: string;
  readonly hint_id: string;
}

export const keyOfHint = ({ project_id, hint_id }: Hinted): string => `${project_id} ${hint_id}`;

export const formOf = ({
  selector_norm,
  attr_fingerprint_hash,
}: Pick<FormedCall, 'selector_norm' | 'attr_fingerprint_hash'>): string => `${attr_fingerprint_hash} ${selector_norm}`;
