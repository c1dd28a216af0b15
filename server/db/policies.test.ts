import { beforeAll, expect, test } from 'vitest';
import { describeDatabases } from '../testing/databases.ts';
import { aCall, anElement, aPage } from '../testing/items.ts';
import { createProject, testApp } from '../testing/test_app.ts';
import { sqlState } from './db.ts';

/** Tables that the server may read while it serves a request. */
const READABLE = [
  'projects',
  'sessions',
  'instances',
  'tabs',
  'runs',
  'page_signatures',
  'element_signatures',
  'tool_call_ledger',
  'tool_calls',
  'artifacts',
  'dedup_hashes',
  'events',
  'hints',
  'hint_stats',
];

describeDatabases('row-level security', (db) => {
  let own: string;
  let other: string;
  beforeAll(async () => {
    const t = await testApp(db());
    own = t.projectId;
    other = (await createProject(db())).projectId;
    const hash = 'a'.repeat(64);
    const context = { session_id: 's', instance_id: 'i', tab_id: 1 };
    const signatures = { page_signature: aPage('rls') };
    const artifacts = [{ type: 'dom', content_hash: hash, storage_path: `dom/${own}/dom/${hash}.html`, size: 1 }];
    const call = aCall({ context, artifacts, success: true, ...signatures, element_signatures: [anElement()] });
    const event = {
      kind: 'event',
      name: 'page.error',
      event_uuid: call.event_uuid,
      occurred_at: call.started_at,
      context,
    };
    const { body } = await t.send('POST', '/v1/ingest', { items: [call, event] });
    expect(body.accepted).toBe(2);
    // Other suites' transactions may keep the job's bound back.
    for (let hints = 0; hints === 0; ) {
      hints = (await t.send('POST', '/internal/jobs/aggregate')).body.detail.hints_written;
    }
  });

  const count = (projectId: string, table: string): Promise<number> =>
    db().tx({ projectId }, async (tx) => {
      const [row] = await tx.query<{ n: number }>(`select count(*)::int as n from ${table}`);
      return row?.n ?? -1;
    });

  test.each(READABLE)('%s shows a project its own rows and no others', async (table) => {
    expect(await count(own, table)).toBeGreaterThan(0);
    expect(await count(other, table)).toBe(table === 'projects' ? 1 : 0);
  });

  test.each(READABLE)('%s shows nothing where no project is set', async (table) => {
    const rows = await db().tx({ projectId: own }, async (tx) => {
      await tx.query(`select set_config('app.project_id', '', true)`);
      return tx.query(`select from ${table}`);
    });
    expect(rows).toEqual([]);
  });

  test('a row of another project cannot be written', async () => {
    const write = db().tx({ projectId: own }, (tx) =>
      tx.query(`insert into sessions (project_id, session_id) values ($1, 'x')`, [other]),
    );
    expect(sqlState(await write.catch((error: unknown) => error))).toBe('42501');
  });

  const denied = async (sql: string): Promise<string | undefined> =>
    sqlState(
      await db()
        .tx({ projectId: own }, (tx) => tx.query(sql))
        .catch((error: unknown) => error),
    );

  test('partitions, keys and jobs are out of reach', async () => {
    const partitions = await db().tx('admin', (tx) =>
      tx.query<{ name: string }>(`select inhrelid::regclass::text as name from pg_inherits
        where inhparent = 'tool_calls'::regclass`),
    );
    expect(partitions.length).toBeGreaterThanOrEqual(6);
    const tables = [...partitions.map((row) => row.name), 'api_keys', 'job_leases', 'job_runs', 'laskobot_migrations'];
    for (const table of tables) expect([table, await denied(`select from ${table}`)]).toEqual([table, '42501']);
    expect(await denied(`select laskobot_ensure_partitions('2030-01-01', 1)`)).toBe('42501');
  });

  test('every table and partition has forced row-level security', async () => {
    const open = await db().tx('admin', (tx) =>
      tx.query(`select relname from pg_class where relkind in ('r', 'p') and relnamespace = 'public'::regnamespace
        and not (relrowsecurity and relforcerowsecurity)`),
    );
    expect(open).toEqual([]);
  });

  test('nobody but the two roles and the owner has rights', async () => {
    const rights = await db().tx('admin', (tx) =>
      tx.query<{ grantee: string }>(
        `select distinct r.rolname as grantee from pg_class c, aclexplode(c.relacl) a join pg_roles r on r.oid = a.grantee
         where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and a.grantee <> c.relowner
         union all
         select 'public' from pg_class c, aclexplode(c.relacl) a
         where c.relnamespace = 'public'::regnamespace and a.grantee = 0`,
      ),
    );
    expect(rights.map((row) => row.grantee).sort()).toEqual(['laskobot_admin', 'laskobot_app']);
  });
});
