import { UsageError } from '../errors.ts';
import { restoreMonth } from '../retention/restore_month.ts';
import { openStoredBlobs } from '../storage/open_stored_blobs.ts';
import { type Command, textOption, wholeOption } from './command.ts';
import { DB_OPTIONS, DB_USAGE, withDb } from './with_db.ts';

export const archiveList: Command = {
  usage: `Usage: laskobot-runs archive list [--data-dir DIR]\n\n${DB_USAGE}`,
  options: DB_OPTIONS,
  positionals: 0,
  run: (call) =>
    withDb(call, async (db) => {
      const months = await db.tx('admin', (tx) =>
        tx.query<{ month: string; project: string; files: number; row_ct: number }>(
          `select to_char(month, 'YYYY-MM') as month, coalesce(name, project_id::text) as project,
             count(*)::int as files, sum(row_ct)::float8 as row_ct
           from archives left join projects using (project_id) group by 1, 2 order by 1, 2`,
        ),
      );
      console.log(['month', 'project', 'files', 'rows'].join('\t'));
      for (const { month, project, files, row_ct } of months) console.log([month, project, files, row_ct].join('\t'));
    }),
};

export const archiveRestore: Command = {
  usage: `Usage: laskobot-runs archive restore --month YYYY-MM [--days N] [--data-dir DIR]

  --month YYYY-MM  as \`archive list\` shows it, for all projects
  --days N         days that it stays before retention may archive it again (default 14)

May be stopped and run again.

${DB_USAGE}`,
  options: { ...DB_OPTIONS, month: { type: 'string' }, days: { type: 'string' } },
  positionals: 0,
  run: (call) =>
    withDb(call, async (db, config) => {
      const month = textOption(call, 'month') ?? '';
      if (!/^\d{4}-(0[1-9]|1[0-2])$/.test(month)) throw new UsageError('--month takes YYYY-MM');
      const days = wholeOption(call, 'days', 14, 36_500);
      const rows = await restoreMonth(db, openStoredBlobs(config), `${month}-01`, days);
      console.log(JSON.stringify({ month, rows_restored: rows }));
    }),
};
