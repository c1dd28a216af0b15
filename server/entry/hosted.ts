import type { Hono } from 'hono';
import { createApp } from '../app.ts';
import { type Config, type Env, readConfig } from '../config.ts';
import type { Db } from '../db/db.ts';
import { UsageError } from '../errors.ts';
import type { AppEnv } from '../http/env.ts';
import type { JobRunner } from '../jobs/runner.ts';
import { createLog } from '../log.ts';
import { noStorage } from '../storage/none.ts';
import { openSupabaseStorage } from '../storage/supabase.ts';
import { storedInSupabase } from '../storage/supabase_blobs.ts';
import { openServices } from './services.ts';

export interface Hosted {
  readonly app: Hono<AppEnv>;
  readonly jobs: JobRunner;
}

/**
 * The app where there is no file system and the process is not ours: on Postgres and Supabase Storage, its schema applied
 * and its jobs called from elsewhere. Throws `UsageError` without DATABASE_URL.
 */
export function openHosted<Opened extends Db>(
  env: Env,
  openDb: (config: Config & { databaseUrl: string }) => Opened,
): Hosted & { readonly db: Opened } {
  const config = readConfig(env);
  const { databaseUrl, supabase } = config;
  if (databaseUrl === undefined) throw new UsageError('DATABASE_URL must be set: there is no embedded database here');
  const log = createLog(config.logLevel, (line) => console.log(line));
  const db = openDb({ ...config, databaseUrl });
  const services = openServices(config, db, log, undefined, supabase && storedInSupabase(supabase), 0);
  const storage = supabase ? openSupabaseStorage(supabase) : noStorage;
  return { db, jobs: services.jobs, app: createApp({ ...services, storage }) };
}
