import type { EraseReceipt } from '../../shared/protocol/answers.ts';
import { EraseRequest } from '../../shared/protocol/schema.ts';
import type { Db } from '../db/db.ts';
import { openSharedCache } from '../entry/open.ts';
import { openServices } from '../entry/services.ts';
import { sessionsOf } from '../erase/carry_out.ts';
import type { Subject } from '../erase/erased.ts';
import { preview } from '../erase/preview.ts';
import { readReceipt, requestErasure } from '../erase/requests.ts';
import { CommandFailed, UsageError } from '../errors.ts';
import type { JobRunner } from '../jobs/runner.ts';
import { openStoredBlobs } from '../storage/open_stored_blobs.ts';
import { type Call, type Command, textOption } from './command.ts';
import { projectOption } from './project_option.ts';
import { DB_OPTIONS, DB_USAGE, withDb } from './with_db.ts';

/** How often is looked whether a server that erases already has come to this request, in ms. */
const AGAIN_MS = 1_000;

export const eraseCommand: Command = {
  usage: `Usage: laskobot-runs erase --session ID | --user-hash HASH | --domain DOMAIN
       [--project NAME] [--dry-run] [--data-dir DIR]

Prints a receipt as JSON: rows by table, rows in archives, and blobs that went. A domain's subdomains go with it. Stopped,
or where a part does not answer, it stays on record and goes on with the next run of the job erase.

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
      const request = requestOf(call);
      const storage = openStoredBlobs(config);
      if (call.values['dry-run']) {
        const found = await preview(db, storage, projectId, await subjectOf(db, projectId, request));
        console.log(JSON.stringify({ dry_run: true, subject: request, ...found }));
        return;
      }
      const redis = openSharedCache(config, log);
      const { jobs } = openServices(config, db, log, redis, storage);
      const { erase_id } = await requestErasure(db, projectId, request);
      const receipt = await untilErased(jobs, () => readReceipt(db, projectId, erase_id)).finally(() => redis?.close());
      console.log(JSON.stringify({ dry_run: false, ...receipt }));
    }),
};

/** Erases, or waits for whoever does so already. Throws `CommandFailed` where it could not be finished. */
async function untilErased(
  jobs: JobRunner,
  read: () => Promise<EraseReceipt | undefined>,
): Promise<EraseReceipt | undefined> {
  for (;;) {
    const result = await jobs.run('erase');
    const receipt = await read();
    if (receipt?.status === 'finished') return receipt;
    if (result?.outcome === 'failed') {
      throw new CommandFailed(`erase is not finished, and goes on with the next run of its job: ${result.error}`);
    }
    await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
  }
}

function requestOf(call: Call): EraseRequest {
  const given = {
    session_id: textOption(call, 'session'),
    user_hash: textOption(call, 'user-hash'),
    domain: textOption(call, 'domain'),
  };
  const named = Object.entries(given).filter(([, value]) => value !== undefined);
  if (named.length !== 1) throw new UsageError('erase takes one of --session, --user-hash and --domain');
  const parsed = EraseRequest.safeParse(Object.fromEntries(named));
  if (!parsed.success) throw new UsageError(`erase: that is no ${named[0]?.[0]}`);
  return parsed.data;
}

async function subjectOf(db: Db, projectId: string, request: EraseRequest): Promise<Subject> {
  if ('domain' in request) return { kind: 'domain', domain: request.domain };
  const sessionIds =
    'session_id' in request
      ? [request.session_id]
      : await db.tx('admin', (tx) => sessionsOf(tx, projectId, request.user_hash));
  return { kind: 'sessions', sessionIds };
}
