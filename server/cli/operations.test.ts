import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { DEFAULT_PROJECT } from '../entry/bootstrap.ts';
import { createDatabase, describePostgres, openTestPostgres } from '../testing/databases.ts';
import { aCall } from '../testing/items.ts';
import { emptyDir } from '../testing/server_process.ts';
import { runCli } from './run_cli.ts';

describePostgres('operations from the command line', (bin) => {
  let dir: string;
  let env: Record<string, string>;
  let said: string[];
  beforeEach(async () => {
    dir = await emptyDir();
    env = { DATABASE_URL: (await createDatabase(bin)).url, DATA_DIR: dir, LOG_LEVEL: 'silent' };
    said = [];
    for (const method of ['log', 'error'] as const)
      vi.spyOn(console, method).mockImplementation((line: string) => said.push(line));
    vi.spyOn(process.stderr, 'write').mockImplementation((line) => said.push(String(line)) > 0);
    expect(await run('migrate')).toBe(0);
    const db = openTestPostgres(env.DATABASE_URL ?? '');
    await db.tx('admin', (tx) => tx.query('insert into projects (name) values ($1)', [DEFAULT_PROJECT]));
    await db.close();
  });
  afterEach(async () => {
    vi.restoreAllMocks();
    await rm(dir, { recursive: true });
  });
  const run = (...args: string[]) => {
    said.length = 0;
    return runCli(args, env);
  };
  const lastJson = () => JSON.parse(said.findLast((line) => line.startsWith('{')) ?? '{}');

  test('loads, archives, restores and erases, and tells the history of jobs', async () => {
    const file = join(dir, 'calls.jsonl');
    const refused = `${file}.refused.jsonl`;
    const old = { started_at: '2024-03-10T00:00:00Z' };
    const items = [
      { kind: 'session', session_id: 's1', user_hash: 'ab'.repeat(8), started_at: old.started_at },
      aCall({ ...old, context: { session_id: 's1' } }),
      aCall({ ...old, context: { session_id: 's2', url: 'https://a.shop.example/' } }),
      aCall({ tool_name: '' }),
    ];
    await writeFile(file, items.map((item) => JSON.stringify(item)).join('\n'));
    expect(await run('backfill', file)).toBe(1);
    expect(lastJson()).toEqual({ file, read: 4, accepted: 3, duplicate: 0, refused: 1 });
    expect(JSON.parse(await readFile(refused, 'utf8'))).toMatchObject({ file, line: 4, code: 'invalid_value' });
    expect(await run('backfill', file, '--again')).toBe(1);
    expect(lastJson()).toMatchObject({ accepted: 0, duplicate: 3 });

    expect(await run('jobs', 'run', 'retention')).toBe(0);
    expect(lastJson().detail).toMatchObject({ rows_archived: 2, months_archived: 1 });
    expect(await run('archive', 'list')).toBe(0);
    expect(said.at(-1)).toBe(['2024-03', DEFAULT_PROJECT, 1, 2].join('\t'));

    expect(await run('erase', '--user-hash', 'ab'.repeat(8), '--dry-run')).toBe(0);
    expect(lastJson()).toMatchObject({ dry_run: true, rows: { runs: 1, sessions: 1 }, archived_rows: 1 });
    expect(await run('erase', '--session', 's1')).toBe(0);
    expect(lastJson()).toMatchObject({
      dry_run: false,
      status: 'finished',
      rows: { runs: 1, sessions: 1 },
      archived_rows: 1,
    });
    expect(await run('archive', 'restore', '--month', '2024-03', '--days', '2')).toBe(0);
    expect(lastJson()).toEqual({ month: '2024-03', rows_restored: 1 });
    expect(await run('jobs', 'run', 'retention')).toBe(0);
    expect(lastJson().detail).toMatchObject({ rows_archived: 0 });
    expect(await run('erase', '--domain', 'Shop.example')).toBe(0);
    expect(lastJson()).toMatchObject({ rows: { tool_calls: 1 } });

    expect(await run('jobs', 'list')).toBe(0);
    const listed = said.map((line) => line.split('\t'));
    expect(listed.find(([job]) => job === 'retention')).toMatchObject([
      'retention',
      '1440 min',
      /T/,
      'succeeded',
      /^\d/,
    ]);
    expect(listed.find(([job]) => job === 'orphan_uploads')?.[3]).toBe('-');
    expect(await run('jobs', 'history', 'erase', '--limit', '2')).toBe(0);
    expect(said).toHaveLength(3);
    expect(said[1]).toContain('"tool_calls":1');
  });

  test('tells what hints bring as a table', async () => {
    const db = openTestPostgres(env.DATABASE_URL ?? '');
    await db.tx('admin', (tx) =>
      tx.query(
        `with page as (
           insert into page_signatures (project_id, url_norm, domain)
           select project_id, 'https://shop.example/a', 'shop.example' from projects returning *
         ), hint as (
           insert into hints (project_id, page_sig_id, url_norm, hint_type, hint_data, confidence, evidence)
           select project_id, page_sig_id, url_norm, 'best_selector', '{}', 1, '{}' from page returning *
         )
         insert into hint_exposures (project_id, run_id, hint_id, arm, exposed_at, called_at, success, elapsed_ms, verified)
         select project_id, gen_random_uuid(), id, case when n <= 100 then 'served' else 'withheld' end, now(), now(),
           n % 10 > 0, n, n <= 80
         from hint, generate_series(1, 200) n`,
      ),
    );
    await db.close();
    expect(await run('hints', 'uplift', '--by', 'domain', '--since', '2020-01-01')).toBe(0);
    const share = '90.0% (82.6% to 94.5%)';
    expect(said[1]?.split('\t')).toEqual([
      'shop.example',
      '100 of 100',
      share,
      '100 of 100',
      share,
      '0.0% (-8.7% to 8.7%)',
      expect.stringMatching(/^100 \(\d+ to \d+\)$/),
      '10.0% (5.2% to 18.5%)',
      '100',
      '80',
      '20',
      '80',
    ]);
    expect(await run('hints', 'uplift', '--since', '2999-01-01')).toBe(0);
    expect(said).toHaveLength(1);
  });

  test.each([
    [['hints', 'uplift', '--by', 'colour'], '--by takes one of kind, domain, version'],
    [['hints', 'uplift', '--since', 'yesterday'], '--since takes a date'],
    [['backfill'], 'takes some argument(s)'],
    [['backfill', 'nowhere.jsonl'], 'nowhere.jsonl is no file'],
    [['erase'], 'one of --session, --user-hash and --domain'],
    [['erase', '--session', 'a', '--domain', 'b'], 'one of --session'],
    [['erase', '--session', 'a', '--project', 'x'], 'no project "x"'],
    [['erase', '--user-hash', 'me@example.org'], 'that is no user_hash'],
    [['archive', 'restore', '--month', '2024-13'], '--month takes YYYY-MM'],
    [['archive', 'restore', '--month', '2024-12', '--days', '0'], '--days takes a whole number'],
  ])('%j is a wrong call', async (args, text) => {
    expect([await run(...args), said.join()]).toEqual([2, expect.stringContaining(text)]);
  });
});
