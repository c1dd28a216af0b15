import pg from 'pg';

export interface CallRow {
  readonly seq: number;
  readonly event_uuid: string;
  readonly tool_name: string;
  readonly started_at: Date;
  readonly ended_at: Date;
  readonly latency_ms: number;
  readonly success: boolean;
  readonly error_msg: string | null;
  readonly input_jsonb: Record<string, unknown>;
  readonly output_jsonb: unknown;
  readonly session_id: string;
  readonly instance_id: string;
  readonly tab_id: string;
  readonly url_at_call: string;
  readonly url_norm: string | null;
  readonly domain: string | null;
  readonly title_hash: string | null;
  readonly dom_fingerprint_hash: string | null;
  readonly selector_norm: string | null;
  readonly role: string | null;
  readonly attr_fingerprint_hash: string | null;
  readonly identity: { readonly tag: string } | null;
  readonly candidates: readonly { readonly kind: string; readonly selector: string; readonly matches: number }[] | null;
  readonly artifacts: readonly {
    readonly type: string;
    readonly content_hash: string;
    readonly storage_path: string;
    readonly size_bytes: number;
  }[];
}

const CALLS = `
  select c.*, p.url_norm, p.domain, p.title_hash, p.dom_fingerprint_hash,
         e.selector_norm, e.role, e.attr_fingerprint_hash, e.identity, e.candidates,
         coalesce((select json_agg(a order by a.type) from artifacts a
                    where a.project_id = c.project_id and a.call_id = c.call_id), '[]') as artifacts
    from tool_calls c
    left join page_signatures p using (project_id, page_sig_id)
    left join element_signatures e on e.project_id = c.project_id and e.elem_sig_id = c.elem_sig_id
   where c.run_id = $1
   order by c.seq`;

/** Reads the database as its owner, past the API, to compare what is stored with what was done. */
export async function openRows(databaseUrl: string) {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const rows = async <T extends pg.QueryResultRow>(sql: string, values: unknown[] = []): Promise<T[]> =>
    (await client.query<T>(sql, values)).rows;
  return {
    rows,
    calls: (runId: string): Promise<CallRow[]> => rows<CallRow>(CALLS, [runId]),
    /** Every value of every table as one text, for finding what must not be there. */
    async everything(): Promise<string> {
      const tables = await rows<{ name: string }>(
        `select format('%I', table_name) as name from information_schema.tables
          where table_schema = 'public' and table_type = 'BASE TABLE'`,
      );
      const texts: string[] = [];
      for (const { name } of tables)
        for (const { text } of await rows<{ text: string }>(`select t::text as text from ${name} t`)) texts.push(text);
      return texts.join('\n');
    },
    close: (): Promise<void> => client.end(),
  };
}

export type Rows = Awaited<ReturnType<typeof openRows>>;
