import { openSharedCache } from '../entry/open.ts';
import { openServices } from '../entry/services.ts';
import { UsageError } from '../errors.ts';
import { type LineageRow, listLineage, undoJoin, undoTemplate } from '../lineage/undo.ts';
import { type Command, wholeOption } from './command.ts';
import { projectOption } from './project_option.ts';
import { DB_OPTIONS, DB_USAGE, withDb } from './with_db.ts';

const OPTIONS = { ...DB_OPTIONS, project: { type: 'string' } } as const;

const stateOf = ({ undone, held }: LineageRow): string => (undone ? 'undone' : held ? 'held' : 'told');

export const lineageList: Command = {
  usage: `Usage: laskobot-runs lineage list [--project NAME] [--limit N] [--data-dir DIR]

  --limit N  rows to show, newest first (default 50)

A row is held, undone by an operator, or only told: of two forms of a control, by too few to take them for one.

${DB_USAGE}`,
  options: { ...OPTIONS, limit: { type: 'string' } },
  positionals: 0,
  run: (call) =>
    withDb(call, async (db) => {
      console.log(['id', 'kind', 'page', 'what', 'at', 'state'].join('\t'));
      for (const row of await listLineage(db, await projectOption(call, db), wholeOption(call, 'limit', 50, 10_000)))
        console.log([row.id, row.kind, row.page, row.what, row.at.toISOString(), stateOf(row)].join('\t'));
    }),
};

export const lineageUndo: Command = {
  usage: `Usage: laskobot-runs lineage undo ID [--project NAME] [--data-dir DIR]

ID is one of \`lineage list\`: a template of addresses, or the number of a join of two forms of a control. Evidence is counted
apart again, hints are made anew, and the two are not joined again.

${DB_USAGE}`,
  options: OPTIONS,
  positionals: 1,
  run: (call) =>
    withDb(call, async (db, config, log) => {
      const [id = ''] = call.positionals;
      const project = await projectOption(call, db);
      const undo = /^\d{1,18}$/.test(id) ? undoJoin : undoTemplate;
      const redis = openSharedCache(config, log);
      const { cache, releasing } = openServices(config, db, log, redis, undefined);
      const deps = { db, cache, releasing: releasing() };
      const undone = await undo(deps, project, id).finally(() => redis?.close());
      if (!undone)
        throw new UsageError(`nothing joined is called ${JSON.stringify(id)}; see laskobot-runs lineage list`);
      console.log(`${id} is undone.`);
    }),
};
