import type { Tx } from '../../db/db.ts';
import type { Sums } from './sums.ts';

export const addUses = (tx: Tx, sums: Sums): Promise<unknown> =>
  tx.query(
    `insert into control_uses as u (project_id, elem_sig_id, voter, day, key_no, use_ct, nothing_ct, same_document_ct, load_ct,
       download_ct, dialog_ct, change_ct, delete_ct, unseen_ct, confirmed_ct, worst, longest_wait)
     select project_id, elem_sig_id, voter, day, key_no, coalesce(use_ct, 0), coalesce(nothing_ct, 0),
       coalesce(same_document_ct, 0), coalesce(load_ct, 0), coalesce(download_ct, 0), coalesce(dialog_ct, 0),
       coalesce(change_ct, 0), coalesce(delete_ct, 0), coalesce(unseen_ct, 0), coalesce(confirmed_ct, 0), worst,
       longest_wait
     from unnest($1::uuid[], $2::bigint[], $3::text[], $4::date[], $5::int[], $6::int[], $7::int[], $8::int[], $9::int[], $10::int[],
       $11::int[], $12::int[], $13::int[], $14::int[], $15::int[], $16::smallint[], $17::int[]) as i(project_id, elem_sig_id, voter, day,
       key_no, use_ct, nothing_ct, same_document_ct, load_ct, download_ct, dialog_ct, change_ct, delete_ct, unseen_ct, confirmed_ct, worst,
       longest_wait)
     order by elem_sig_id, day, key_no, voter, project_id
     on conflict (project_id, elem_sig_id, voter, day, key_no) do update set
       use_ct = u.use_ct + excluded.use_ct, nothing_ct = u.nothing_ct + excluded.nothing_ct,
       same_document_ct = u.same_document_ct + excluded.same_document_ct, load_ct = u.load_ct + excluded.load_ct,
       download_ct = u.download_ct + excluded.download_ct, dialog_ct = u.dialog_ct + excluded.dialog_ct,
       change_ct = u.change_ct + excluded.change_ct, delete_ct = u.delete_ct + excluded.delete_ct,
       unseen_ct = u.unseen_ct + excluded.unseen_ct, confirmed_ct = u.confirmed_ct + excluded.confirmed_ct,
       worst = greatest(u.worst, excluded.worst), longest_wait = greatest(u.longest_wait, excluded.longest_wait)`,
    sums.columns(
      'project_id',
      'elem_sig_id',
      'voter',
      'day',
      'key_no',
      'use_ct',
      'nothing_ct',
      'same_document_ct',
      'load_ct',
      'download_ct',
      'dialog_ct',
      'change_ct',
      'delete_ct',
      'unseen_ct',
      'confirmed_ct',
      'worst',
      'longest_wait',
    ),
  );

export const addRequests = (tx: Tx, sums: Sums): Promise<unknown> =>
  tx.query(
    `insert into control_requests as r (project_id, elem_sig_id, method, path, request_ct, last_day)
     select project_id, elem_sig_id, method, path, sum(request_ct), max(day)
     from unnest($1::uuid[], $2::bigint[], $3::text[], $4::text[], $5::date[], $6::int[])
       as i(project_id, elem_sig_id, method, path, day, request_ct)
     group by project_id, elem_sig_id, method, path order by elem_sig_id, project_id, method, path
     on conflict (project_id, elem_sig_id, method, path) do update set
       request_ct = r.request_ct + excluded.request_ct, last_day = greatest(r.last_day, excluded.last_day)`,
    sums.columns('project_id', 'elem_sig_id', 'method', 'path', 'day', 'request_ct'),
  );

export const addWaits = (tx: Tx, sums: Sums): Promise<unknown> =>
  tx.query(
    `insert into control_waits as w (project_id, elem_sig_id, signal, week, bucket, wait_ct)
     select project_id, elem_sig_id, signal, week, bucket, wait_ct
     from unnest($1::uuid[], $2::bigint[], $3::text[], $4::date[], $5::smallint[], $6::int[])
       as i(project_id, elem_sig_id, signal, week, bucket, wait_ct)
     order by elem_sig_id, bucket, week, signal, project_id
     on conflict (project_id, elem_sig_id, signal, week, bucket) do update set wait_ct = w.wait_ct + excluded.wait_ct`,
    sums.columns('project_id', 'elem_sig_id', 'signal', 'week', 'bucket', 'wait_ct'),
  );

export const addSignals = (tx: Tx, sums: Sums): Promise<unknown> =>
  tx.query(
    `insert into control_signals as s (project_id, elem_sig_id, signal, week, enough_ct, too_soon_ct)
     select project_id, elem_sig_id, signal, week, enough_ct, too_soon_ct
     from unnest($1::uuid[], $2::bigint[], $3::text[], $4::date[], $5::int[], $6::int[])
       as i(project_id, elem_sig_id, signal, week, enough_ct, too_soon_ct)
     order by elem_sig_id, week, signal, project_id
     on conflict (project_id, elem_sig_id, signal, week) do update set
       enough_ct = s.enough_ct + excluded.enough_ct, too_soon_ct = s.too_soon_ct + excluded.too_soon_ct`,
    sums.columns('project_id', 'elem_sig_id', 'signal', 'week', 'enough_ct', 'too_soon_ct'),
  );
