import type { Db } from '../db/db.ts';

/** Rows as they are stored; ids that are bigint are strings, times ISO 8601. */
export type StoredRow = Readonly<Record<string, unknown>>;

export interface StoredRun {
  readonly run: StoredRow;
  readonly session: StoredRow | null;
  readonly instance: StoredRow | null;
  /** Tabs of the run's instance. */
  readonly tabs: readonly StoredRow[];
  /** In the order of seq, each with `artifacts`, `page_signature` and `element_signature`. */
  readonly calls: readonly StoredRow[];
  /** In the order of time, with the same signatures. */
  readonly events: readonly StoredRow[];
  /** What to send as after_seq for the next page; null at the end. */
  readonly next_after_seq: number | null;
}

const PAGE_CALLS = 500;
const PAGE_EVENTS = 1000;

const SIGNATURES = `
  (select to_jsonb(p) - 'project_id' from page_signatures p
   where p.project_id = $1 and p.page_sig_id = t.page_sig_id) as page_signature,
  (select to_jsonb(e) - 'project_id' from element_signatures e
   where e.project_id = $1 and e.elem_sig_id = t.elem_sig_id) as element_signature`;

/** A run with what it belongs to and what it did; undefined where the project has no such run. */
export function readRun(db: Db, projectId: string, runId: string, afterSeq: number): Promise<StoredRun | undefined> {
  return db.tx({ projectId }, async (tx) => {
    const [head] = await tx.query<Pick<StoredRun, 'run' | 'session' | 'instance' | 'tabs'>>(
      `select to_jsonb(r) as run,
         (select to_jsonb(s) from sessions s where s.project_id = $1 and s.session_id = r.session_id) as session,
         (select to_jsonb(i) from instances i where i.project_id = $1 and i.instance_id = r.instance_id) as instance,
         coalesce((select jsonb_agg(to_jsonb(t) order by t.tab_id) from tabs t
           where t.project_id = $1 and t.instance_id = r.instance_id), '[]') as tabs
       from runs r where r.project_id = $1 and r.run_id = $2`,
      [projectId, runId],
    );
    if (!head) return undefined;
    const calls = await tx.query<StoredRow & { seq: number }>(
      `select t.call_id, t.run_id, t.seq, t.event_uuid, t.tool_name, t.started_at, t.ended_at, t.latency_ms, t.success,
         t.error_msg, t.input_jsonb, t.output_jsonb, t.instance_id, t.session_id, t.tab_id, t.url_at_call,
         t.page_sig_id, t.elem_sig_id,
         coalesce((select jsonb_agg(to_jsonb(a) - 'project_id' order by a.type, a.content_hash) from artifacts a
           where a.project_id = $1 and a.call_id = t.call_id), '[]') as artifacts, ${SIGNATURES}
       from (
         select call_id, started_at from tool_call_ledger
         where project_id = $1 and run_id = $2 and seq > $3 order by seq limit ${PAGE_CALLS + 1}
       ) l join tool_calls t on t.project_id = $1 and t.call_id = l.call_id and t.started_at = l.started_at
       order by t.seq`,
      [projectId, runId, afterSeq],
    );
    const events = await tx.query<StoredRow>(
      `select t.event_uuid, t.run_id, t.session_id, t.instance_id, t.tab_id, t.url, t.name, t.occurred_at, t.data,
         t.page_sig_id, t.elem_sig_id, ${SIGNATURES}
       from events t where t.project_id = $1 and t.run_id = $2
       order by t.occurred_at, t.event_uuid limit ${PAGE_EVENTS}`,
      [projectId, runId],
    );
    const page = calls.slice(0, PAGE_CALLS);
    const next_after_seq = calls.length > PAGE_CALLS ? (page.at(-1)?.seq ?? null) : null;
    return { ...head, calls: page, events, next_after_seq };
  });
}
