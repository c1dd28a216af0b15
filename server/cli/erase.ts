import type { Db } from '../db/db.ts';
import { erase, type Receipt } from '../erase/erase.ts';
import type { Subject } from '../erase/erase_rows.ts';
import { CommandFailed, UsageError } from '../errors.ts';
import { createJobRunner } from '../jobs/runner.ts';
import { openStoredBlobs } from '../storage/open_stored_blobs.ts';
import { type Call, type Command, textOption } from './command.ts';
import { projectOption } from './project_option.ts';
import { DB_OPTIONS, DB_USAGE, withDb } from './with_db.ts';

export const eraseCommand: Command = {
  name: 'erase',
  summary: 'Erases a session, a person or a domain: rows, archives and blobs.',
  usage: `Usage: laskobot-runs erase --session ID | --user-hash HASH | --domain DOMAIN
       [--project NAME] [--dry-run] [--data-dir DIR]

Prints a receipt as JSON: rows by table, rows in archives, and blobs that went. A domain's subdomains go with it.

  --dry-run  tells what would go, and erases nothing

${DB_USAGE}`,
  options: {
    ...DB_OPTIONS,
    session: { type: 'string' },
    'user-hash': { type: 'string' },
    domain: { type: 'string' },
    project: { type: 'string' },
    'dry-run': { type: 'boolean' },
  },
  positionals: 0,
  run: (call) =>
    withDb(call, async (db, config, log) => {
      const projectId = await projectOption(call, db);
      const subject = await subjectOf(call, db, projectId);
      const dryRun = call.values['dry-run'] === true;
      let receipt: Receipt | undefined;
      // As a job, so that only one runs at a time and the history tells of it.
      const job = {
        name: 'erase',
        everyMs: Number.POSITIVE_INFINITY,
        async run() {
          receipt = await erase(db, openStoredBlobs(config), projectId, subject, { dryRun, everywhere: true });
          return { ...receipt.rows, archived_rows: receipt.archived_rows, blobs: receipt.blobs.length };
        },
      };
      const result = await createJobRunner({ db, log, jobs: [job] }).run(job.name);
      if (result?.outcome === 'busy') throw new CommandFailed('another erase is under way');
      if (result?.outcome === 'failed') throw new CommandFailed(`erase failed: ${result.error}`);
      console.log(JSON.stringify({ ...receipt, at: new Date().toISOString() }));
    }),
};

async function subjectOf(call: Call, db: Db, projectId: string): Promise<Subject> {
  const session = textOption(call, 'session');
  const userHash = textOption(call, 'user-hash');
  const domain = textOption(call, 'domain');
  if ([session, userHash, domain].filter((each) => each !== undefined).length !== 1) {
    throw new UsageError('erase takes one of --session, --user-hash and --domain');
  }
  if (domain !== undefined) return { kind: 'domain', domain: domain.toLowerCase() };
  if (session !== undefined) return { kind: 'sessions', sessionIds: [session] };
  const sessions = await db.tx('admin', (tx) =>
    tx.query<{ session_id: string }>('select session_id from sessions where project_id = $1 and user_hash = $2', [
      projectId,
      userHash ?? '',
    ]),
  );
  return { kind: 'sessions', sessionIds: sessions.map((row) => row.session_id) };
}
