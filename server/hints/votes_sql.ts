import { OP_CLASSES } from '../../shared/protocol/schema.ts';

/**
 * SQL of an object `Votes` over rows (voter, day, ok), of each voter and day one. `rows` is the text of a select.
 */
export const votesOf = (rows: string): string => `(
  with v as materialized (${rows})
  select jsonb_build_object('ok', coalesce(sum(w.ok), 0), 'bad', coalesce(sum(w.bad), 0),
    'okVoters', count(*) filter (where w.ok > 0), 'badVoters', count(*) filter (where w.bad > 0),
    'okOthers', coalesce(sum(w.ok) - max(w.ok), 0), 'badOthers', coalesce(sum(w.bad) - max(w.bad), 0),
    'okDays', (select count(distinct v.day) from v where v.ok))
  from (
    select voter, count(*) filter (where ok) as ok, count(*) filter (where not ok) as bad from v group by voter
  ) w)`;

const REPORTED = votesOf(`
  select voter, day, sum(found_ct) > sum(missed_ct) as ok from hint_votes
  where project_id = h.project_id and hint_id = h.id and selector = h.hint_data ->> 'selector' group by voter, day`);

/** Rows of the uses of a control for which its hint `h` was right, by a condition on what was seen of each. */
const fitting = (members: string, ok: string, seen = 'true'): string =>
  votesOf(`
    select voter, day, bool_and(${ok}) as ok from control_uses
    where project_id = h.project_id and elem_sig_id = any(${members}) and ${seen} group by voter, day`);

/** How runs fared with a recipe while its version `h` was the newest, by day, and what was reported of it. */
const FARED = votesOf(`
  select voter, day, sum(good) > sum(bad) as ok from (
    select voter, day, ok_ct as good, bad_ct as bad from recipe_votes v
    where v.project_id = h.project_id and v.recipe_id = h.recipe_id
      and (h.version = 1 or v.day >= (h.created_at at time zone 'UTC')::date)
      and not exists (
        select from hints n where n.project_id = h.project_id and n.recipe_id = h.recipe_id and n.version > h.version
          and (n.created_at at time zone 'UTC')::date <= v.day)
    union all
    select voter, day, found_ct, missed_ct from hint_votes where project_id = h.project_id and hint_id = h.id
  ) told group by voter, day`);

/**
 * SQL of the `Votes` on a hint `h`: what was reported of the first choice of a best_selector while it was told; of other kinds, uses of the
 * control, whose ids are `members`, for which it was right.
 */
export const versionVotes = (members: string): string => `case h.hint_type
  when 'best_selector' then ${REPORTED}
  when 'recipe' then ${FARED}
  when 'wait_condition' then
    ${fitting(members, `longest_wait <= (h.hint_data ->> 'timeout_ms')::int`, 'longest_wait is not null')}
  else ${fitting(members, `worst <= array_position(array[${OP_CLASSES.map((name) => `'${name}'`).join()}], h.hint_data ->> 'class')`)}
end`;
