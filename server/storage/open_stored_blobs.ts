import { join } from 'node:path';
import type { Config } from '../config.ts';
import { openFileBlobs } from './file_blobs.ts';
import { type StoredBlobs, storedInFolder } from './stored_blobs.ts';
import { storedInSupabase } from './supabase_blobs.ts';

/** The storage that the configuration names, as jobs and the command line see it. */
export const openStoredBlobs = ({ supabase, dataDir }: Pick<Config, 'supabase' | 'dataDir'>): StoredBlobs =>
  supabase ? storedInSupabase(supabase) : storedInFolder(openFileBlobs(join(dataDir, 'storage')));
