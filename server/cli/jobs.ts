import { openSharedCache } from '../entry/open.ts';
import { openServices } from '../entry/services.ts';
import { CommandFailed, UsageError } from '../errors.ts';
import type { Command } from './command.ts';
import { DB_OPTIONS, DB_USAGE, withDb } from './with_db.ts';

export const jobsRun: Command = {
  name: 'jobs run',
  summary: 'Runs a job now: aggregate or partitions.',
  usage: `Usage: laskobot-runs jobs run NAME [--data-dir DIR]\n\n${DB_USAGE}`,
  options: DB_OPTIONS,
  positionals: 1,
  run: (call) =>
    withDb(call, async (db, config, log) => {
      const redis = openSharedCache(config, log);
      const { jobs } = openServices(config, db, log, redis);
      const result = await jobs.run(call.positionals[0] ?? '').finally(() => redis?.close());
      if (!result) throw new UsageError(`there is no such job; there are ${jobs.names.join(', ')}`);
      if (result.outcome === 'failed') throw new CommandFailed(`${result.job} failed: ${result.error}`);
      console.log(JSON.stringify(result));
    }),
};
