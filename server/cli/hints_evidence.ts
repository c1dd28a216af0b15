import { readEvidence } from '../hints/read_evidence.ts';
import { archivedEvidence } from '../jobs/evidence/archive_evidence.ts';
import { openStoredBlobs } from '../storage/open_stored_blobs.ts';
import type { Command } from './command.ts';
import { hintIdOf, unknownHint } from './hints.ts';
import { projectOption } from './project_option.ts';
import { DB_OPTIONS, DB_USAGE, withDb } from './with_db.ts';

export const hintsEvidence: Command = {
  usage: `Usage: laskobot-runs hints evidence ID [--archived] [--project NAME] [--data-dir DIR]

  --archived  as it was when the version was last decided about, from Storage

Counts by day, key and form of the control, and its history, as JSON. Recipes have none.

${DB_USAGE}`,
  options: { ...DB_OPTIONS, project: { type: 'string' }, archived: { type: 'boolean' } },
  positionals: 1,
  run: (call) =>
    withDb(call, async (db, config) => {
      const id = hintIdOf(call);
      const projectId = await projectOption(call, db);
      const evidence = call.values.archived
        ? await archivedEvidence(db, openStoredBlobs(config), projectId, id)
        : (await db.tx('admin', (tx) => readEvidence(tx, projectId, [id])))[0];
      if (!evidence) throw unknownHint(id, call.values.archived ? 'with archived evidence' : 'about a control');
      console.log(JSON.stringify(evidence, null, 2));
    }),
};
