import { openSharedCache } from '../entry/open.ts';
import { openServices } from '../entry/services.ts';
import { CommandFailed } from '../errors.ts';
import { askRebuild, notCounted } from '../jobs/aggregate/rebuild.ts';
import { openStoredBlobs } from '../storage/open_stored_blobs.ts';
import type { Command } from './command.ts';
import { DB_OPTIONS, DB_USAGE, withDb } from './with_db.ts';

export const rebuild: Command = {
  usage: `Usage: laskobot-runs rebuild [--data-dir DIR]

Throws away what the aggregate job added up, of all projects, and adds it up again from the calls and events that are stored. Hints are
served as they are meanwhile; their versions and history, pins, vetoes and joins stay. May be stopped and run again: the job of any
server goes on with it. What is archived is not counted again. Recipes, and what lookups
led to, have jobs of their own and stay as they are.

${DB_USAGE}`,
  options: DB_OPTIONS,
  positionals: 0,
  run: (call) =>
    withDb(call, async (db, config, log) => {
      const redis = openSharedCache(config, log);
      const { jobs } = openServices(config, db, log, redis, openStoredBlobs(config));
      await askRebuild(db);
      const result = await jobs.run('aggregate').finally(() => redis?.close());
      if (result?.outcome === 'failed') throw new CommandFailed(`the rebuild stopped: ${result.error}; run it again`);
      if (result?.outcome === 'busy') {
        console.log('The aggregate job is running; its next run rebuilds the statistics.');
        return;
      }
      console.log(JSON.stringify(result));
      const rows = await notCounted(db);
      if (rows > 0)
        console.log(`${rows} calls and events are archived, or restored from an archive: they are not counted.`);
    }),
};
