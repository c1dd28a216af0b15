import { type Config, readConfig } from '../config.ts';
import type { Db } from '../db/db.ts';
import { openDb } from '../entry/open.ts';
import { createLog, type Log } from '../log.ts';
import { type Call, type Options, textOption } from './command.ts';

export const DB_OPTIONS: Options = { 'data-dir': { type: 'string' } };

export const DB_USAGE = `The database is DATABASE_URL, else the embedded one in --data-dir (DATA_DIR, default .laskobot); a server that has it
open must be stopped first.`;

/** Runs `fn` with the database that a call names, its schema applied. */
export async function withDb(call: Call, fn: (db: Db, config: Config, log: Log) => Promise<void>): Promise<void> {
  const config = readConfig({ ...call.env, DATA_DIR: textOption(call, 'data-dir') ?? call.env.DATA_DIR });
  const log = createLog(config.logLevel, (line) => process.stderr.write(`${line}\n`));
  const db = await openDb(config, log);
  try {
    await fn(db, config, log);
  } finally {
    await db.close();
  }
}
