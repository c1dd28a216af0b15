export const SOURCES = ['tool_calls', 'events', 'hint_exposures'] as const;
export type Source = (typeof SOURCES)[number];

/** SQL of the hint that an event `e` is about. */
export const HINT_OF_EVENT = `case when e.data ->> 'hint_id' ~ '^[0-9]{1,18}$' then (e.data ->> 'hint_id')::bigint end`;

const arrived = (table: string): string => `${table}.ingested_xid > $1::xid8 and ${table}.ingested_xid <= $2::xid8`;

/** SQL of the exposures, as (project_id, run_id, hint_id), that rows of a chunk may say something new about. */
export const TOUCHED: Record<Source, string> = {
  // Of hints about the page of a call; and those whose time may begin with the end of a call that is told late.
  tool_calls: `
    select distinct x.project_id, x.run_id, x.hint_id
    from tool_calls c
    left join page_signatures p on p.project_id = c.project_id and p.page_sig_id = c.page_sig_id
    join hint_exposures x on x.project_id = c.project_id and x.run_id = c.run_id
    join hints h on h.project_id = x.project_id and h.id = x.hint_id
    where ${arrived('c')} and (h.url_norm = coalesce(p.page_key, p.url_norm) or x.called_at > c.started_at)`,
  events: `
    select distinct x.project_id, x.run_id, x.hint_id
    from events e
    join hint_exposures x on x.project_id = e.project_id and x.run_id = e.run_id and x.hint_id = ${HINT_OF_EVENT}
    where ${arrived('e')} and e.name = 'hint.outcome'`,
  hint_exposures: `select x.project_id, x.run_id, x.hint_id from hint_exposures x where ${arrived('x')}`,
};
