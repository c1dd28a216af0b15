import { OP_CLASSES } from '../../shared/protocol/schema.ts';
import type { ReleasePolicy } from './release.ts';

/** When evidence is weighed, and how fast it ages. */
export interface Ageing {
  readonly now: Date;
  readonly policy: Pick<ReleasePolicy, 'halfLifeDays' | 'decayDays'>;
}

const dateOf = (now: Date): string => `date '${now.toISOString().slice(0, 10)}'`;

/** SQL of a condition: what is older than hints are kept is not read, so that it costs nothing. */
export const within = (day: string, { now, policy: { decayDays } }: Ageing): string =>
  decayDays === 0 ? '' : `and ${day} > ${dateOf(now)} - ${decayDays}`;

/** SQL of how many days ago a day was. */
export const ageOf = (day: string, { now }: Ageing): string => `${dateOf(now)} - ${day}`;

/** SQL of what is weighed on a day: 1 today, half of it after each half-life. */
export const weightOf = (day: string, { now, policy: { halfLifeDays } }: Ageing): string =>
  halfLifeDays === 0 ? '1' : `exp((greatest(${dateOf(now)} - ${day}, 0) * ${-Math.LN2 / halfLifeDays})::float8)`;

/** SQL of a list of `KeyVotes` over rows (key_no, ok, bad). */
export const keysOf = (rows: string): string => `
  select coalesce(jsonb_agg(jsonb_build_object('key_no', key_no, 'ok', ok, 'bad', bad)), '[]')
  from (${rows}) k`;

/**
 * SQL of an object `Votes` over rows (voter, day, key_no, ok), of each voter, day and key one. `rows` is the text of a select.
 */
export const votesOf = (rows: string, ageing: Ageing): string => `(
  with v as materialized (select *, ${weightOf('day', ageing)} as weight from (${rows}) r)
  select jsonb_build_object('ok', coalesce(sum(w.ok), 0), 'bad', coalesce(sum(w.bad), 0),
    'okWeight', coalesce(sum(w.ok_weight), 0), 'badWeight', coalesce(sum(w.bad_weight), 0),
    'okVoters', count(*) filter (where w.ok > 0), 'badVoters', count(*) filter (where w.bad > 0),
    'okOthers', coalesce(sum(w.ok) - max(w.ok), 0), 'badOthers', coalesce(sum(w.bad) - max(w.bad), 0),
    'okDays', (select count(distinct v.day) from v where v.ok),
    'keys', (${keysOf('select key_no, count(*) filter (where ok) as ok, count(*) filter (where not ok) as bad from v group by key_no')}))
  from (
    select voter, count(*) filter (where ok) as ok, count(*) filter (where not ok) as bad,
      sum(weight) filter (where ok) as ok_weight, sum(weight) filter (where not ok) as bad_weight
    from v group by voter
  ) w)`;

const reported = (ageing: Ageing) =>
  votesOf(
    `
  select voter, day, key_no, sum(found_ct) > sum(missed_ct) as ok from hint_votes
  where project_id = h.project_id and hint_id = h.id and selector = h.hint_data ->> 'selector' group by voter, day, key_no`,
    ageing,
  );

/** Rows of the uses of a control for which its hint `h` was right, by a condition on what was seen of each. */
const fitting = (ageing: Ageing, members: string, ok: string, seen = 'true'): string =>
  votesOf(
    `
    select voter, day, key_no, bool_and(${ok}) as ok from control_uses
    where project_id = h.project_id and elem_sig_id = any(${members}) and ${seen} ${within('day', ageing)} group by voter, day, key_no`,
    ageing,
  );

/** How runs fared with a recipe while its version `h` was the newest, by day, and what was reported of it. */
const fared = (ageing: Ageing) =>
  votesOf(
    `
  select voter, day, key_no, sum(good) > sum(bad) as ok from (
    select voter, day, key_no, ok_ct as good, bad_ct as bad from recipe_votes v
    where v.project_id = h.project_id and v.recipe_id = h.recipe_id
      and (h.version = 1 or v.day >= (h.created_at at time zone 'UTC')::date)
      and not exists (
        select from hints n where n.project_id = h.project_id and n.recipe_id = h.recipe_id and n.version > h.version
          and (n.created_at at time zone 'UTC')::date <= v.day)
    union all
    select voter, day, key_no, found_ct, missed_ct from hint_votes where project_id = h.project_id and hint_id = h.id
  ) told group by voter, day, key_no`,
    ageing,
  );

/**
 * SQL of the `Votes` on a hint `h`: what was reported of the first choice of a best_selector while it was told; of other kinds, uses of the
 * control, whose ids are `members`, for which it was right.
 */
export const versionVotes = (members: string, ageing: Ageing): string => `case h.hint_type
  when 'best_selector' then ${reported(ageing)}
  when 'recipe' then ${fared(ageing)}
  when 'wait_condition' then
    ${fitting(ageing, members, `longest_wait <= (h.hint_data ->> 'timeout_ms')::int`, 'longest_wait is not null')}
  else ${fitting(ageing, members, `worst <= array_position(array[${OP_CLASSES.map((name) => `'${name}'`).join()}], h.hint_data ->> 'class')`)}
end`;
