import { openSupabaseStorage } from '../storage/supabase.ts';
import type { Command } from './command.ts';
import { DB_OPTIONS, DB_USAGE, withDb } from './with_db.ts';

export const migrateCommand: Command = {
  usage: `Usage: laskobot-runs migrate [--data-dir DIR]

With SUPABASE_URL and SUPABASE_SECRET_KEY it also makes the private buckets that are missing.

${DB_USAGE}`,
  options: DB_OPTIONS,
  positionals: 0,
  run: (call) =>
    withDb(call, async (_, { supabase }) => {
      console.log('The schema is applied.');
      if (!supabase) return;
      await openSupabaseStorage(supabase).prepare();
      console.log('The buckets are there.');
    }),
};
