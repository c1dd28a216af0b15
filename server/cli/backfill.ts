import { createReadStream } from 'node:fs';
import { appendFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { backfill } from '../backfill/backfill.ts';
import { CommandFailed, UsageError } from '../errors.ts';
import { type Command, textOption } from './command.ts';
import { projectOption } from './project_option.ts';
import { DB_OPTIONS, DB_USAGE, withDb } from './with_db.ts';

export const backfillCommand: Command = {
  usage: `Usage: laskobot-runs backfill FILE… [--project NAME] [--refused FILE] [--again] [--data-dir DIR]

Each line is an item as POST /v1/ingest takes it, and is checked as there; a line without "kind" is a tool call. What is
stored already counts as duplicate. May be stopped and run again: it goes on where it stopped. Exits with 1 where lines
were refused.

  --refused FILE  where refused lines go, with their reasons (default FILE.refused.jsonl beside each file)
  --again         reads files from their beginning that were read before

${DB_USAGE}`,
  options: {
    ...DB_OPTIONS,
    project: { type: 'string' },
    refused: { type: 'string' },
    again: { type: 'boolean' },
  },
  positionals: 'some',
  run: (call) =>
    withDb(call, async (db, _, log) => {
      const projectId = await projectOption(call, db);
      for (const file of call.positionals) {
        if (!(await stat(file).catch(() => undefined))?.isFile()) throw new UsageError(`${file} is no file`);
      }
      let refusedLines = 0;
      for (const file of call.positionals) {
        const source = resolve(file);
        const refusedFile = textOption(call, 'refused') ?? `${file}.refused.jsonl`;
        if (call.values.again === true) {
          await db.tx('admin', (tx) =>
            tx.query('delete from backfill_files where project_id = $1 and source = $2', [projectId, source]),
          );
        }
        const done = await backfill(
          { db, log, now: Date.now },
          {
            projectId,
            source,
            lines: linesOf(file),
            onRefused: (refused) =>
              appendFile(refusedFile, refused.map((each) => `${JSON.stringify({ file, ...each })}\n`).join('')),
            onProgress: (progress) => process.stderr.write(`${file}: ${told(progress)}\n`),
          },
        );
        refusedLines += done.refused;
        console.log(JSON.stringify({ file, ...done }));
      }
      if (refusedLines) throw new CommandFailed(`${refusedLines} lines were refused`);
    }),
};

/** Opened when they are asked for: what readline reads before anybody listens is lost. */
async function* linesOf(file: string): AsyncIterable<string> {
  yield* createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY });
}

const told = ({ read, accepted, duplicate, refused }: Awaited<ReturnType<typeof backfill>>): string =>
  `${accepted + duplicate + refused} of ${read} lines, ${accepted} new, ${duplicate} known, ${refused} refused`;
