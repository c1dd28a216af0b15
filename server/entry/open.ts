import { join } from 'node:path';
import type { Hono } from 'hono';
import { createApp } from '../app.ts';
import type { Config } from '../config.ts';
import type { Db } from '../db/db.ts';
import { migrate } from '../db/migrate.ts';
import { openPglite } from '../db/pglite.ts';
import { openPostgres } from '../db/postgres.ts';
import type { AppEnv } from '../http/env.ts';
import { createAggregateJob } from '../jobs/aggregate/aggregate.ts';
import { createHousekeepingJobs } from '../jobs/housekeeping.ts';
import { createJobRunner, type JobRunner } from '../jobs/runner.ts';
import type { Log } from '../log.ts';
import { openFileBlobs } from '../storage/file_blobs.ts';
import { createFolderStorage } from '../storage/folder.ts';
import { openStoredBlobs } from '../storage/open_stored_blobs.ts';
import { readStorageSecret } from '../storage/secret.ts';
import { openSupabaseStorage } from '../storage/supabase.ts';
import { createTokens } from '../storage/token.ts';

/** The database that the configuration names, with its schema. */
export async function openDb(config: Config, log: Log): Promise<Db> {
  const { databaseUrl, poolSize, dataDir } = config;
  const db = databaseUrl ? openPostgres({ url: databaseUrl, poolSize, log }) : await openPglite(dataDir);
  try {
    for (const name of await migrate(db)) log.info('migration.applied', { name });
    return db;
  } catch (error) {
    await db.close();
    throw error;
  }
}

export const openJobs = (config: Config, db: Db, log: Log): JobRunner =>
  createJobRunner({
    db,
    log,
    jobs: [
      createAggregateJob(config.hintsMinSuccesses),
      ...createHousekeepingJobs({ storage: openStoredBlobs(config), hotDays: config.retentionDays, now: Date.now }),
    ],
  });

/** The app with the storage that the configuration names. */
export async function openApp(config: Config, db: Db, jobs: JobRunner, log: Log): Promise<Hono<AppEnv>> {
  const shared = {
    db,
    jobs,
    log,
    now: Date.now,
    clock: () => performance.now(),
    publicUrl: config.publicUrl,
    allowedOrigins: config.allowedOrigins,
  };
  if (config.supabase) {
    const storage = openSupabaseStorage(config.supabase);
    // Not fatal: events can be stored while Storage is away, and signing answers 503 until it is back.
    await storage.prepare().catch((error: Error) => log.error('storage.not_prepared', { error: error.name }));
    return createApp({ ...shared, storage });
  }
  const blobs = openFileBlobs(join(config.dataDir, 'storage'));
  const tokens = await createTokens(await readStorageSecret(config.dataDir));
  return createApp({ ...shared, storage: createFolderStorage(blobs, tokens, Date.now), folder: { blobs, tokens } });
}
