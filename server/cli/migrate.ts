import type { Command } from './command.ts';
import { DB_OPTIONS, DB_USAGE, withDb } from './with_db.ts';

export const migrateCommand: Command = {
  name: 'migrate',
  summary: 'Applies the schema. The server does so itself when it starts.',
  usage: `Usage: laskobot-runs migrate [--data-dir DIR]\n\n${DB_USAGE}`,
  options: DB_OPTIONS,
  positionals: 0,
  run: (call) => withDb(call, async () => console.log('The schema is applied.')),
};
