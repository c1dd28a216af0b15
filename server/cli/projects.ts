import { createProject, listProjects } from '../auth/manage_projects.ts';
import { UsageError } from '../errors.ts';
import type { Command } from './command.ts';
import { DB_OPTIONS, DB_USAGE, withDb } from './with_db.ts';

/** Names stand in tab-separated lists and on command lines. */
const NAME = /^[\w][\w .-]{0,63}$/;

export const projectsCreate: Command = {
  usage: `Usage: laskobot-runs projects create NAME [--data-dir DIR]

NAME is letters, digits, space, dot, dash and underscore, 64 at most. Projects share nothing; each needs keys of its own:
laskobot-runs keys create --project NAME --kind publishable

${DB_USAGE}`,
  options: DB_OPTIONS,
  positionals: 1,
  run: (call) =>
    withDb(call, async (db) => {
      const name = call.positionals[0] ?? '';
      if (!NAME.test(name)) throw new UsageError(`${JSON.stringify(name)} is no name for a project`);
      console.log(await createProject(db, name));
    }),
};

export const projectsList: Command = {
  usage: `Usage: laskobot-runs projects list [--data-dir DIR]\n\n${DB_USAGE}`,
  options: DB_OPTIONS,
  positionals: 0,
  run: (call) =>
    withDb(call, async (db) => {
      console.log(['id', 'name', 'keys in force', 'created'].join('\t'));
      for (const { project_id, name, keys, created_at } of await listProjects(db))
        console.log([project_id, name, keys, created_at.toISOString()].join('\t'));
    }),
};
