import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { aptInstall, onPath } from './run.ts';

const DEBIAN_ROOT = '/usr/lib/postgresql';
const OLDEST = 15;

/** Folder with initdb and postgres: PG_BIN, Debian's newest, or PATH. */
function find(): string | undefined {
  if (process.env.PG_BIN) return process.env.PG_BIN;
  const versions = existsSync(DEBIAN_ROOT)
    ? readdirSync(DEBIAN_ROOT)
        .map(Number)
        .filter((v) => v >= OLDEST)
    : [];
  const folders = versions.sort((a, b) => b - a).map((version) => join(DEBIAN_ROOT, String(version), 'bin'));
  const path = onPath('initdb');
  return [...folders, ...(path ? [dirname(path)] : [])].find((folder) => existsSync(join(folder, 'postgres')));
}

/** A Postgres 15 or newer, installed with the package manager where there is none. */
export async function providePostgres(): Promise<string | undefined> {
  if (!find()) await aptInstall('postgresql');
  return find();
}
