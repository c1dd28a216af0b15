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
