import { KEY_KINDS } from '../auth/key.ts';
import { createKey, listKeys, revokeKey } from '../auth/manage_keys.ts';
import { DEFAULT_PROJECT } from '../entry/bootstrap.ts';
import { UsageError } from '../errors.ts';
import { type Command, textOption } from './command.ts';
import { DB_OPTIONS, DB_USAGE, withDb } from './with_db.ts';

export const keysCreate: Command = {
  usage: `Usage: laskobot-runs keys create --kind publishable|secret [--name NAME] [--project NAME] [--data-dir DIR]

A publishable key may record, upload and look hints up; a secret key may do all.
--project is ${DEFAULT_PROJECT} where not given.

${DB_USAGE}`,
  options: { ...DB_OPTIONS, kind: { type: 'string' }, name: { type: 'string' }, project: { type: 'string' } },
  positionals: 0,
  run: (call) =>
    withDb(call, async (db) => {
      const kind = KEY_KINDS.find((each) => each === textOption(call, 'kind'));
      if (!kind) throw new UsageError(`--kind takes ${KEY_KINDS.join(' or ')}`);
      const project = textOption(call, 'project') ?? DEFAULT_PROJECT;
      console.log(await createKey(db, project, kind, textOption(call, 'name') ?? 'command line'));
    }),
};

export const keysList: Command = {
  usage: `Usage: laskobot-runs keys list [--data-dir DIR]\n\n${DB_USAGE}`,
  options: DB_OPTIONS,
  positionals: 0,
  run: (call) =>
    withDb(call, async (db) => {
      console.log(['id', 'project', 'kind', 'key', 'name', 'created', 'last used', 'revoked'].join('\t'));
      for (const key of await listKeys(db)) {
        const { key_id, project, kind, display, name, created_at, last_used_at, revoked_at } = key;
        const times = [created_at, last_used_at, revoked_at].map((time) => time?.toISOString() ?? '-');
        console.log([key_id, project, kind, `${display}…`, name, ...times].join('\t'));
      }
    }),
};

export const keysRevoke: Command = {
  usage: `Usage: laskobot-runs keys revoke ID [--data-dir DIR]

ID is the key's id, or its beginning as \`keys list\` shows it.

${DB_USAGE}`,
  options: DB_OPTIONS,
  positionals: 1,
  run: (call) =>
    withDb(call, async (db) => {
      const key = await revokeKey(db, (call.positionals[0] ?? '').replace(/…$/, ''));
      console.log(`Revoked ${key.kind} key ${key.display}… (${key.name}) of project ${key.project}`);
    }),
};
