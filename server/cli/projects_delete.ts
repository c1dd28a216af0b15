import { KEY_CACHE_MS } from '../auth/authenticate.ts';
import { findProject } from '../auth/manage_projects.ts';
import { openSharedCache } from '../entry/open.ts';
import { openServices } from '../entry/services.ts';
import { countProject, type ErasedProject, eraseProject } from '../erase/erase_project.ts';
import { CommandFailed, UsageError } from '../errors.ts';
import { createJobRunner } from '../jobs/runner.ts';
import { openStoredBlobs } from '../storage/open_stored_blobs.ts';
import type { Command } from './command.ts';
import { DB_OPTIONS, DB_USAGE, withDb } from './with_db.ts';

export const projectsDelete: Command = {
  usage: `Usage: laskobot-runs projects delete NAME|ID --yes [--data-dir DIR]

Prints a receipt as JSON. Without --yes it tells what would go, and deletes nothing. Stopped, it may be run again.
What was signed before may still be uploaded for two hours: with the ID the command removes what came late.

${DB_USAGE}`,
  options: { ...DB_OPTIONS, yes: { type: 'boolean' } },
  positionals: 1,
  run: (call) =>
    withDb(call, async (db, config, log) => {
      const project = await findProject(db, call.positionals[0] ?? '');
      const storage = openStoredBlobs(config);
      if (!call.values.yes) {
        console.log(
          JSON.stringify({ deleted: false, ...project, ...(await countProject(db, storage, project.project_id)) }),
        );
        throw new UsageError('nothing was deleted; --yes deletes all of that, for good');
      }
      const redis = openSharedCache(config, log);
      const { cache } = openServices(config, db, log, redis, storage);
      const settled = () => new Promise<void>((resolve) => setTimeout(resolve, KEY_CACHE_MS));
      let erased: ErasedProject | undefined;
      // As a job, so that the history tells of it.
      const job = {
        name: 'delete_project',
        everyMs: Number.POSITIVE_INFINITY,
        async run({ renew }: { renew: () => Promise<void> }) {
          erased = await eraseProject({ db, storage, cache, settled, renew }, project.project_id);
          return { ...erased.rows, blobs: erased.blobs };
        },
      };
      const result = await createJobRunner({ db, log, jobs: [job] })
        .run(job.name)
        .finally(() => redis?.close());
      if (result?.outcome === 'busy') throw new CommandFailed('another project is being deleted');
      if (result?.outcome === 'failed') throw new CommandFailed(`not finished, run it again: ${result.error}`);
      console.log(JSON.stringify({ deleted: true, ...project, ...erased, at: new Date().toISOString() }));
    }),
};
