import type { Tx } from '../../db/db.ts';
import { rankOf } from '../../hints/safe_ops.ts';
import { bucketSql } from '../../hints/sketch.ts';
import { isCallEffects } from './effects_sql.ts';
import type { TouchedElement } from './touched.ts';
import type { Chunk } from './watermark.ts';

/** Unseen requests of one use that count: all of them are as bad, and no sum of them is more than its column holds. */
const MAX_UNSEEN = 100;
/** A longer path is not listed: an index row holds no more. */
const MAX_PATH_BYTES = 2_048;

/** The control that a call of the run of `of` used, by the call's event_uuid. */
const controlOf = (name: string, of: string, event_uuid: string): string => `lateral (
         select c.elem_sig_id, c.success
         from tool_call_ledger l
         join tool_calls c on c.project_id = l.project_id and c.call_id = l.call_id and c.started_at = l.started_at
         join element_signatures s on s.project_id = c.project_id and s.elem_sig_id = c.elem_sig_id
         where l.project_id = ${of}.project_id and l.run_id = ${of}.run_id and l.event_uuid = ${of}.${event_uuid}
       ) ${name}`;

/**
 * Adds what followed calls (events `call.effects`, data `CallEffects`) to what is known of their controls; answers the elements. What
 * has not that shape, or whose call is not stored, counts nowhere. The day is this server's, as for the votes on selectors.
 */
export const foldEffects = (tx: Tx, { after, upTo }: Chunk): Promise<TouchedElement[]> =>
  tx.query<TouchedElement>(
    `with effects as materialized (
       select e.project_id, e.run_id, coalesce(e.instance_id, e.run_id::text) collate "C" as voter, e.day,
         date_trunc('week', e.day::timestamp)::date as week, e.key_no, (data ->> 'call')::uuid as call,
         (data ->> 'opener')::uuid as opener, data ->> 'navigation' as navigation, (data -> 'download')::bool as download,
         data ? 'dialog' as dialog, nullif(data -> 'requests', '[]') as requests,
         least((data -> 'unseen_requests')::int, ${MAX_UNSEEN}) as unseen, (wait -> 'url_change')::int as url_change,
         (wait -> 'visible')::int as visible, (wait -> 'enabled')::int as enabled, (wait -> 'dom_quiet')::int as dom_quiet,
         (wait -> 'network_quiet')::int as network_quiet
       from (
         select project_id, run_id, instance_id, (ingested_at at time zone 'UTC')::date as day, coalesce(key_no, 0) as key_no, data,
           data -> 'wait' as wait
         from events
         where ingested_xid > $1::xid8 and ingested_xid <= $2::xid8 and name = 'call.effects' and ${isCallEffects('data')}
       ) e
     ), told as materialized (
       select f.*, c.elem_sig_id, c.success, coalesce(r.request_ct, 0) as request_ct, coalesce(r.delete_ct, 0) as delete_ct,
         case when r.delete_ct > 0 then ${rankOf('destructive')} when coalesce(r.request_ct, 0) + f.unseen > 0
           then ${rankOf('state_changing')} else ${rankOf('read_only')} end as worst
       from effects f
       cross join ${controlOf('c', 'f', 'call')}
       left join lateral (
         select count(*)::int as request_ct, count(*) filter (where r ->> 'method' = 'DELETE')::int as delete_ct
         from jsonb_array_elements(f.requests) r
       ) r on f.requests is not null
     ), confirmed as materialized (
       -- Of the control that opened the dialog in which this one stands.
       select t.project_id, o.elem_sig_id, t.voter, t.day, t.key_no
       from told t cross join ${controlOf('o', 't', 'opener')}
       where t.opener is not null and t.worst >= ${rankOf('state_changing')}
     ), uses as (
       insert into control_uses as u (project_id, elem_sig_id, voter, day, key_no, use_ct, nothing_ct, same_document_ct, load_ct,
         download_ct, dialog_ct, change_ct, delete_ct, unseen_ct, confirmed_ct, worst, longest_wait)
       select project_id, elem_sig_id, voter, day, key_no, sum(used), sum(nothing::int), sum((navigation = 'same_document')::int),
         sum((navigation = 'load')::int), sum(download::int), sum(dialog::int), sum(request_ct - delete_ct), sum(delete_ct),
         sum(unseen), sum(1 - used), max(worst), max(wait)
       from (
         select project_id, elem_sig_id, voter, day, key_no, 1 as used, navigation, download, dialog, request_ct, delete_ct, unseen,
           navigation = 'none' and request_ct + unseen = 0 and not download and not dialog as nothing, worst,
           case when success then enabled end as wait
         from told
         union all
         select project_id, elem_sig_id, voter, day, key_no, 0, '', false, false, 0, 0, 0, false, ${rankOf('destructive')}, null
         from confirmed
       ) each
       group by elem_sig_id, voter, day, key_no, project_id order by elem_sig_id, day, key_no, voter, project_id
       on conflict (project_id, elem_sig_id, voter, day, key_no) do update set
         use_ct = u.use_ct + excluded.use_ct, nothing_ct = u.nothing_ct + excluded.nothing_ct,
         same_document_ct = u.same_document_ct + excluded.same_document_ct, load_ct = u.load_ct + excluded.load_ct,
         download_ct = u.download_ct + excluded.download_ct, dialog_ct = u.dialog_ct + excluded.dialog_ct,
         change_ct = u.change_ct + excluded.change_ct, delete_ct = u.delete_ct + excluded.delete_ct,
         unseen_ct = u.unseen_ct + excluded.unseen_ct, confirmed_ct = u.confirmed_ct + excluded.confirmed_ct,
         worst = greatest(u.worst, excluded.worst), longest_wait = greatest(u.longest_wait, excluded.longest_wait)
     ), requests as (
       insert into control_requests as r (project_id, elem_sig_id, method, path, request_ct, last_day)
       select t.project_id, t.elem_sig_id, r.method, r.path, count(*), max(t.day)
       from told t cross join lateral jsonb_to_recordset(t.requests) as r(method text, path text)
       where octet_length(r.path) <= ${MAX_PATH_BYTES}
       group by t.project_id, t.elem_sig_id, r.method, r.path order by elem_sig_id, project_id, method, path
       on conflict (project_id, elem_sig_id, method, path) do update set
         request_ct = r.request_ct + excluded.request_ct, last_day = greatest(r.last_day, excluded.last_day)
     ), waits as (
       insert into control_waits as w (project_id, elem_sig_id, signal, week, bucket, wait_ct)
       select project_id, elem_sig_id, signal, week, ${bucketSql('ms')} as bucket, count(*)
       from told cross join lateral (values ('url_change' collate "C", url_change), ('visible', visible), ('enabled', enabled),
         ('dom_quiet', dom_quiet), ('network_quiet', network_quiet)) each(signal, ms)
       where success and ms is not null
       group by elem_sig_id, bucket, week, signal, project_id order by elem_sig_id, bucket, week, signal, project_id
       on conflict (project_id, elem_sig_id, signal, week, bucket) do update set wait_ct = w.wait_ct + excluded.wait_ct
     ), signals as (
       -- For which signals a use says something, and what: see the table control_signals.
       insert into control_signals as s (project_id, elem_sig_id, signal, week, enough_ct, too_soon_ct)
       select project_id, elem_sig_id, signal, week, count(*) filter (where enough), count(*) filter (where not enough)
       from told cross join lateral (values
         ('url_change' collate "C", url_change, success and url_change >= enabled), ('visible', visible, success and visible >= enabled),
         (case when network_quiet is not null then 'network_quiet' when dom_quiet is not null then 'dom_quiet' else 'enabled' end,
           enabled, success)) each(signal, ms, enough)
       where success is not null and ms is not null
       group by elem_sig_id, week, signal, project_id order by elem_sig_id, week, signal, project_id
       on conflict (project_id, elem_sig_id, signal, week) do update set
         enough_ct = s.enough_ct + excluded.enough_ct, too_soon_ct = s.too_soon_ct + excluded.too_soon_ct
     )
     select project_id, elem_sig_id from told union select project_id, elem_sig_id from confirmed`,
    [after, upTo],
  );
