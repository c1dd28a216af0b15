import { openSharedCache } from '../entry/open.ts';
import { openServices } from '../entry/services.ts';
import { CommandFailed, UsageError } from '../errors.ts';
import { readHistory } from '../jobs/history.ts';
import { openStoredBlobs } from '../storage/open_stored_blobs.ts';
import { type Command, wholeOption } from './command.ts';
import { DB_OPTIONS, DB_USAGE, withDb } from './with_db.ts';

export const jobsRun: Command = {
  usage: `Usage: laskobot-runs jobs run NAME [--data-dir DIR]\n\n${DB_USAGE}`,
  options: DB_OPTIONS,
  positionals: 1,
  run: (call) =>
    withDb(call, async (db, config, log) => {
      const redis = openSharedCache(config, log);
      const { jobs } = openServices(config, db, log, redis, openStoredBlobs(config));
      const result = await jobs.run(call.positionals[0] ?? '').finally(() => redis?.close());
      if (!result) throw new UsageError(`there is no such job; there are ${jobs.names.join(', ')}`);
      if (result.outcome === 'failed') throw new CommandFailed(`${result.job} failed: ${result.error}`);
      console.log(JSON.stringify(result));
    }),
};

export const jobsList: Command = {
  usage: `Usage: laskobot-runs jobs list [--data-dir DIR]\n\n${DB_USAGE}`,
  options: DB_OPTIONS,
  positionals: 0,
  run: (call) =>
    withDb(call, async (db, config, log) => {
      const { schedule } = openServices(config, db, log, undefined, openStoredBlobs(config)).jobs;
      console.log(['job', 'every', 'last start', 'outcome', 'seconds'].join('\t'));
      const last = new Map((await readHistory(db, undefined, 1)).map((run) => [run.job, run]));
      for (const { name, everyMs } of schedule) {
        const run = last.get(name);
        const went = run ? [run.started_at.toISOString(), run.outcome, run.seconds ?? '-'] : ['-', '-', '-'];
        console.log([name, `${everyMs / 60_000} min`, ...went].join('\t'));
      }
    }),
};

export const jobsHistory: Command = {
  usage: `Usage: laskobot-runs jobs history NAME [--limit N] [--data-dir DIR]

  --limit N  runs to show (default 20)

${DB_USAGE}`,
  options: { ...DB_OPTIONS, limit: { type: 'string' } },
  positionals: 1,
  run: (call) =>
    withDb(call, async (db) => {
      const limit = wholeOption(call, 'limit', 20, 1000);
      console.log(['started', 'outcome', 'seconds', 'detail'].join('\t'));
      for (const run of await readHistory(db, call.positionals[0], limit)) {
        const { started_at, outcome, seconds, detail, error } = run;
        console.log([started_at.toISOString(), outcome, seconds ?? '-', error ?? JSON.stringify(detail)].join('\t'));
      }
    }),
};
