import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import pg from 'pg';
import { beforeAll, expect, test } from 'vitest';
import { createDatabase, describeDatabases, describePostgres, openTestPostgres } from '../testing/databases.ts';
import { startOwnPostgres } from '../testing/own_postgres.ts';
import { execute } from '../testing/postgres_cluster.ts';
import { isMigrated, migrate } from './migrate.ts';

const FILES = readdirSync('sql')
  .filter((name) => name.endsWith('.sql'))
  .sort()
  .map((name) => readFileSync(`sql/${name}`, 'utf8'));

describePostgres('the schema', (bin) => {
  const applySchema = (args: string[], env: Record<string, string> = {}) => {
    const { status, stdout, stderr } = spawnSync('sql/apply_schema.sh', args, {
      env: { PATH: `${bin}:${process.env.PATH}`, PGCONNECT_TIMEOUT: '2', ...env },
      encoding: 'utf8',
    });
    return { status, stdout, stderr };
  };
  /** Everything that the schema is made of, as text. */
  const shapeOf = async (url: string): Promise<string[]> => {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    const { rows } = await client.query(`
      select 'column ' || attrelid::regclass || ' ' || attname || ' ' || format_type(atttypid, atttypmod) || ' '
        || attnotnull as shape from pg_attribute join pg_class c on c.oid = attrelid
        where attnum > 0 and not attisdropped and relkind in ('r', 'p') and relnamespace = 'public'::regnamespace
      union all select 'index ' || indexdef from pg_indexes where schemaname = 'public'
      union all select 'policy ' || tablename || ' ' || policyname || ' ' || qual from pg_policies
      union all select 'constraint ' || conrelid::regclass || ' ' || pg_get_constraintdef(oid) from pg_constraint
        where connamespace = 'public'::regnamespace and contype <> 'n'
      union all select 'rights ' || oid::regclass || ' ' || coalesce(relacl::text, '') from pg_class
        where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
      order by 1`);
    await client.end();
    return rows.map((row) => row.shape);
  };

  test('finds the states of a page by an index under row-level security, whoever asks', async () => {
    const { url } = await createDatabase(bin);
    const db = openTestPostgres(url);
    await migrate(db);
    // Each condition by which a page is looked for, where lookups, ingest and bundles do it.
    const sources = [FILES.join('\n'), readFileSync('server/bundles/read_content.ts', 'utf8')].join('\n');
    const condition = "case when p.page_key is null then p.url_norm else p.page_key end = 'https://a.example/'";
    expect(sources.split(condition.slice(0, condition.indexOf(' = '))).length).toBeGreaterThan(5);
    const plan = await db.tx({ projectId: crypto.randomUUID() }, async (tx) => {
      await tx.query('set local enable_seqscan = off');
      return tx.query<Record<string, string>>(
        `explain select from page_signatures p where p.project_id = current_setting('app.project_id')::uuid and ${condition}
         order by p.last_seen desc limit 1`,
      );
    });
    const said = plan.map((line) => line['QUERY PLAN']).join('\n');
    expect(said).toContain('page_signatures_state_idx');
    expect(said).toMatch(/Index Cond: .*CASE WHEN/);
    await db.close();
  });

  test('apply_schema.sh applies it, twice without harm, as the server would', async () => {
    const byServer = await createDatabase(bin);
    const server = openTestPostgres(byServer.url);
    expect(await migrate(server)).toEqual([
      '001_init',
      '002_partitions',
      '003_policies',
      '004_lookup',
      '005_retention',
      '006_erase',
      '007_ingest',
      '008_lineage',
      '009_release',
      '010_uplift',
      '011_near',
      '012_kinds',
      '013_recipes',
      '015_bundles',
      '016_stats',
      '017_fold',
      '018_recipe_keys',
      '019_latency_weeks',
      '021_join_tellers',
    ]);
    expect(await migrate(server)).toEqual([]);
    await server.close();

    // Files that changed since they were applied are applied again, over whatever came after them.
    const stale = openTestPostgres(byServer.url);
    await stale.tx('admin', (tx) =>
      tx.query(`update laskobot_migrations set checksum = 'of before' where name in ('003_policies', '005_retention')`),
    );
    expect(await migrate(stale)).toEqual(['003_policies', '005_retention']);
    await stale.close();

    const byScript = await createDatabase(bin);
    for (const run of [applySchema([byScript.url]), applySchema([], { DATABASE_URL: byScript.url })]) {
      expect(run).toMatchObject({ status: 0, stderr: '', stdout: expect.stringContaining('007_ingest applied') });
    }
    const shape = await shapeOf(byServer.url);
    expect(shape.length).toBeGreaterThan(200);
    expect(await shapeOf(byScript.url)).toEqual(shape);
    const db = openTestPostgres(byScript.url);
    expect(await isMigrated(db)).toBe(true);
    expect(await migrate(db)).toEqual([]);
    await db.close();

    const pasted = await createDatabase(bin);
    for (const sql of [...FILES, ...FILES]) await execute(pasted.url, sql);
    expect(await shapeOf(pasted.url)).toEqual(shape);
  });

  test('apply_schema.sh says what is wrong, without the password', async () => {
    expect(applySchema(['--help'])).toMatchObject({ status: 0, stdout: expect.stringContaining('Usage:') });
    expect(applySchema(['--nonsense'])).toMatchObject({ status: 2, stderr: expect.stringContaining('--nonsense') });
    const away = applySchema(['postgresql://me:hunter2@127.0.0.1:1/x']);
    expect(away).toMatchObject({ status: 1, stderr: expect.stringContaining('no connection to') });
    expect(away.stdout + away.stderr).not.toContain('hunter2');
  });

  test('with the roles of Supabase, service_role may use the tables, and nobody else', async () => {
    // Roles are of a whole cluster: in the one that suites share, whoever applied the schema meanwhile would grant them rights.
    const { url, superuserUrl, close } = await startOwnPostgres(bin);
    for (const role of ['service_role', 'anon', 'authenticated']) {
      await execute(superuserUrl, `create role ${role} nologin`);
      await execute(url, `alter default privileges in schema public grant all on tables to ${role}, public`);
    }
    expect(applySchema([url])).toMatchObject({ status: 0, stderr: '' });
    const shape = (await shapeOf(url)).filter((line) => line.startsWith('rights '));
    await close();
    const rights = (table: string) => shape.find((line) => line.startsWith(`rights ${table} `));
    expect(rights('tool_calls')).toContain('service_role=arwd');
    expect(rights('tool_calls_default')).not.toContain('service_role');
    expect(shape.join()).not.toMatch(/[{,]=|anon=|authenticated=/);
  });
});

describeDatabases('partitions', (db) => {
  let months: string[];
  beforeAll(async () => {
    const rows = await db().tx('admin', (tx) =>
      tx.query<{ name: string }>(
        `select inhrelid::regclass::text as name from pg_inherits where inhparent = 'tool_calls'::regclass order by 1`,
      ),
    );
    months = rows.map((row) => row.name);
  });

  test('stand from last month to three months ahead, with a default', () => {
    expect(months).toHaveLength(6);
    expect(months).toContain('tool_calls_default');
  });

  test('take over what the default holds of their month', async () => {
    const partitionOf = () =>
      db().tx('admin', (tx) =>
        tx.query(
          `select tableoid::regclass::text as name, latency_ms from tool_calls where tool_name = 'old' order by 1`,
        ),
      );
    await db().tx('admin', (tx) =>
      tx.query(
        `insert into tool_calls (project_id, run_id, seq, event_uuid, tool_name, started_at, ended_at)
         select gen_random_uuid(), gen_random_uuid(), 1, gen_random_uuid(), 'old', t::timestamptz,
           t::timestamptz + interval '2 seconds'
         from unnest(array['2019-12-31T23:59:59Z', '2020-01-31T23:59:59Z', '2020-02-01T00:00:00Z']) as t`,
      ),
    );
    expect(await partitionOf()).toEqual(Array(3).fill({ name: 'tool_calls_default', latency_ms: 2000 }));
    const ensure = () =>
      db().tx('admin', (tx) => tx.query(`select laskobot_ensure_partitions('2020-01-15', 2) as made`));
    expect(await ensure()).toEqual([{ made: 2 }]);
    expect(await ensure()).toEqual([{ made: 0 }]);
    expect(await partitionOf()).toEqual([
      { name: 'tool_calls_202001', latency_ms: 2000 },
      { name: 'tool_calls_202002', latency_ms: 2000 },
      { name: 'tool_calls_default', latency_ms: 2000 },
    ]);
  });
});
