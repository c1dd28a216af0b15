import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import pkg from '../../package.json' with { type: 'json' };
import type { Db } from '../db/db.ts';
import { migrate } from '../db/migrate.ts';
import { PARSERS, pgliteDb } from '../db/pglite.ts';
import { sha256Hex } from '../sha256.ts';

/**
 * A PGlite in memory with the schema. Creating a cluster takes seconds of processor time, loading a copy of one a fraction:
 * the first test on a machine leaves the copy in TEST_CACHE_DIR, by default the system's folder for temporary files.
 */
export async function openTestPglite(): Promise<Db> {
  const sql = readdirSync('sql').filter((name) => name.endsWith('.sql'));
  const text = sql.sort().map((name) => readFileSync(join('sql', name), 'utf8'));
  const key = sha256Hex(JSON.stringify([pkg.dependencies['@electric-sql/pglite'], text]));
  const file = join(process.env.TEST_CACHE_DIR ?? tmpdir(), `laskobot-pglite-${key.slice(0, 16)}.tar`);
  if (!existsSync(file)) await makeCopy(file);
  return pgliteDb(
    await PGlite.create({ parsers: PARSERS, loadDataDir: new Blob([await readFile(file)]) }),
    async () => {},
  );
}

async function makeCopy(file: string): Promise<void> {
  const pglite = await PGlite.create({ parsers: PARSERS });
  await migrate(pgliteDb(pglite, async () => {}));
  const draft = `${file}.${crypto.randomUUID()}`;
  await writeFile(draft, new Uint8Array(await (await pglite.dumpDataDir('none')).arrayBuffer()));
  await rename(draft, file);
  await pglite.close();
}
