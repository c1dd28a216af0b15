import type { HintEvidence } from '../../shared/protocol/evidence.ts';
import type { Tx } from '../db/db.ts';
import { JOINED_FORMS } from './joined_forms.ts';

/** Forms of one control that are listed. */
const MAX_FORMS = 50;

const listOf = (rows: string): string => `coalesce((select jsonb_agg(to_jsonb(r)) from (${rows}) r), '[]')`;

/** SQL of all that `table` counted of the forms of hint `h`, added up by `by`. */
const countsOf = (table: string, by: string, counts: readonly string[], wanted = 'true'): string =>
  listOf(
    `select ${by}, ${counts.map((count) => `sum(${count})::int as ${count}`).join(', ')} from ${table}
     where ${wanted} and project_id = h.project_id and elem_sig_id in (select elem_sig_id from forms f where f.hint_id = h.id)
     group by ${by} order by ${by}`,
  );

const USES = [
  ...['use_ct', 'nothing_ct', 'same_document_ct', 'load_ct', 'download_ct', 'dialog_ct'],
  ...['change_ct', 'delete_ct', 'unseen_ct', 'confirmed_ct'],
];

/**
 * What is known for and against each version of a hint about a control: its history, the forms of the control, and all counts by day
 * and key. Nobody is named: of those who told something there is only how many they were. Hints about recipes have none.
 */
export const readEvidence = (tx: Tx, projectId: string, hintIds: readonly string[]): Promise<HintEvidence[]> =>
  tx.query<HintEvidence>(
    `with recursive asked as materialized (
       select h.* from hints h where h.project_id = $1 and h.id = any($2::bigint[]) and h.elem_sig_id is not null
     ), named as (
       select h.id as hint_id, h.project_id, h.url_norm as page_key, e.selector_norm, e.attr_fingerprint_hash
       from asked h join element_signatures e on e.project_id = h.project_id and e.elem_sig_id = h.elem_sig_id
       union
       select f.hint_id, f.project_id, f.page_key, j.selector, j.fingerprint
       from named f cross join lateral ${JOINED_FORMS} j
     ), forms as materialized (
       select n.hint_id, e.elem_sig_id, e.selector_norm, e.attr_fingerprint_hash, e.candidates, p.dom_fingerprint_hash, s.id as stat_id,
         s.success_ct, s.error_ct, s.run_ct, s.last_success_at
       from named n
       join page_signatures p on p.project_id = $1
         and case when p.page_key is null then p.url_norm else p.page_key end = n.page_key
       join element_signatures e on e.project_id = $1 and e.page_sig_id = p.page_sig_id
         and e.selector_norm = n.selector_norm and e.attr_fingerprint_hash = n.attr_fingerprint_hash
       left join hint_stats s on s.project_id = $1 and s.elem_sig_id = e.elem_sig_id
     )
     select h.id::text as hint_id, h.url_norm, h.hint_type, h.version, h.state, h.superseded_at is not null as superseded,
       h.hint_data as data, h.confidence::float8, h.evidence, h.created_at,
       ${listOf(
         `select at, from_state as "from", to_state as "to", superseded, reason, actor, detail
          from hint_changes where project_id = h.project_id and hint_id = h.id order by id`,
       )} as changes,
       ${listOf(
         `select selector_norm, attr_fingerprint_hash, dom_fingerprint_hash, candidates, coalesce(success_ct, 0) as success_ct,
            coalesce(error_ct, 0) as error_ct, coalesce(run_ct, 0) as run_ct, last_success_at
          from forms f where f.hint_id = h.id order by success_ct desc nulls last, elem_sig_id limit ${MAX_FORMS}`,
       )} as forms,
       ${listOf(
         `select day, key_no, sum(success_ct)::int as success_ct, sum(error_ct)::int as error_ct, sum(ok_run_ct)::int as ok_run_ct,
            sum(bad_run_ct)::int as bad_run_ct from hint_stat_days
          where project_id = h.project_id and stat_id in (select stat_id from forms f where f.hint_id = h.id)
          group by day, key_no order by day, key_no`,
       )} as days,
       ${listOf(
         `select selector, day, key_no, sum(found_ct)::int as found_ct, sum(missed_ct)::int as missed_ct, count(*)::int as voters
          from hint_votes where project_id = h.project_id and hint_id = h.id
          group by selector, day, key_no order by day, key_no, selector`,
       )} as votes,
       ${countsOf('control_uses', 'day, key_no', USES, `h.hint_type = 'safe_ops'`)} as uses,
       ${countsOf('control_requests', 'method, path', ['request_ct'], `h.hint_type = 'safe_ops'`)} as requests,
       ${countsOf('control_waits', 'signal, week, bucket', ['wait_ct'], `h.hint_type = 'wait_condition'`)} as waits,
       ${countsOf('control_signals', 'signal, week', ['enough_ct', 'too_soon_ct'], `h.hint_type = 'wait_condition'`)} as signals
     from asked h order by h.id`,
    [projectId, hintIds],
  );
