import { readdirSync, readFileSync } from 'node:fs';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createDatabase, describePostgres, openTestPostgres } from '../testing/databases.ts';
import { hasPgtap } from '../testing/find_pgtap.ts';
import { migrate } from './migrate.ts';

const FILES = readdirSync('sql/tests').filter((name) => name.endsWith('.sql'));

describePostgres('pgTAP', (bin) => {
  if (!hasPgtap(bin)) {
    if (process.env.CI === 'true') test('needs pgTAP', () => Promise.reject(new Error('no pgtap.control found')));
    else console.warn('SKIPPED, no pgTAP (Debian: apt-get install postgresql-15-pgtap): sql/tests');
    describe.skip('sql/tests', () => test('needs pgTAP', () => {}));
    return;
  }

  let client: pg.Client;
  beforeAll(async () => {
    const { url, cluster, name } = await createDatabase(bin);
    const db = openTestPostgres(url);
    await migrate(db);
    await db.close();
    // pgTAP may be installed by a superuser only.
    client = new pg.Client({ connectionString: cluster.superuserUrl(name) });
    await client.connect();
  });
  afterAll(() => client.end());

  test.each(FILES)('%s', async (file) => {
    const results = await client.query(readFileSync(`sql/tests/${file}`, 'utf8'));
    const lines = ([results].flat() as unknown as pg.QueryArrayResult[])
      .flatMap(({ rows }) => rows.flatMap((row) => Object.values(row)))
      .filter((value): value is string => typeof value === 'string')
      .flatMap((text) => text.split('\n'));
    const passed = lines.filter((line) => /^ok \d/.test(line));
    expect(lines.filter((line) => /^(not ok|#)/.test(line))).toEqual([]);
    expect(passed.length).toBeGreaterThan(15);
    expect(lines).toContain(`1..${passed.length}`);
  });
});
