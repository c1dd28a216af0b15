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

  test.each([
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
