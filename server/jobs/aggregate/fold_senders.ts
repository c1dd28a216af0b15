import type { Tx } from '../../db/db.ts';
import type { ReleasePolicy } from '../../hints/release.ts';
import type { Chunk } from './watermark.ts';

/** Keeps which API keys send calls, and when each did last. */
export const foldSenders = (tx: Tx, { after, upTo }: Chunk): Promise<unknown> =>
  tx.query(
    `insert into sending_keys as s (project_id, key_no, last_day)
     select project_id, key_no, max((ingested_at at time zone 'UTC')::date) from tool_calls
     where ingested_xid > $1::xid8 and ingested_xid <= $2::xid8 and key_no > 0
     group by project_id, key_no order by project_id, key_no
     on conflict (project_id, key_no) do update set last_day = excluded.last_day where excluded.last_day > s.last_day`,
    [after, upTo],
  );

const DAY_MS = 24 * 3600 * 1000;

/** Keys that sent nothing since then do not send any more, a parameter of `sendersOf`. */
export const oldestDay = ({ decayDays }: Pick<ReleasePolicy, 'decayDays'>, now: Date): string =>
  decayDays === 0 ? '-infinity' : new Date(now.getTime() - decayDays * DAY_MS).toISOString().slice(0, 10);

/** SQL of how many API keys of a project send; `oldest` is a parameter. */
export const sendersOf = (projectId: string, oldest: string): string =>
  `select count(*)::int from sending_keys k where k.project_id = ${projectId} and k.last_day >= ${oldest}::date`;
