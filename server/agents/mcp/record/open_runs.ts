import { mkdir, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isAlive, type Owner, thisOwner } from '../../../../shared/client/file/owner.ts';
import type { RunInfo } from '../call.ts';

const NAME = /^(\d+)-(\d+)-[0-9a-f-]{36}\.json$/;

/** How exactly it is known when a run recorded something last, in ms. */
const TOUCH_MS = 1000;

export interface LeftRun {
  readonly run: RunInfo;
  /** When the process that had it open recorded something last, ms since 1970. */
  readonly lastAt: number;
}

/**
 * The runs that processes have open, a file each, so that the next process can end what a killed one left. Nothing here rejects: without
 * the file a run stays open, and that is all.
 */
export function createOpenRuns(dir: string) {
  const folder = join(dir, 'runs');
  let owner: Promise<Owner> | undefined;
  let turn: Promise<unknown> = Promise.resolve();
  const touched = new Map<string, number>();
  const inTurn = (work: (path: string) => Promise<unknown>, { run_id }: RunInfo): void => {
    turn = turn
      .then(async () => {
        owner ??= thisOwner();
        const { pid, start } = await owner;
        await work(join(folder, `${pid}-${start}-${run_id}.json`));
      })
      .catch(() => undefined);
  };

  return {
    began(run: RunInfo): void {
      inTurn(async (path) => {
        await mkdir(folder, { recursive: true });
        await writeFile(path, JSON.stringify(run), { mode: 0o600 });
      }, run);
    },
    recorded(run: RunInfo, at: number): void {
      if (at - (touched.get(run.run_id) ?? 0) < TOUCH_MS) return;
      touched.set(run.run_id, at);
      inTurn((path) => utimes(path, at / 1000, at / 1000), run);
    },
    ended(run: RunInfo): void {
      touched.delete(run.run_id);
      inTurn((path) => rm(path, { force: true }), run);
    },
    /** Hands over each run whose process is gone; its file goes once `take` is done with it. */
    async left(take: (left: LeftRun) => Promise<void>): Promise<void> {
      for (const name of await readdir(folder).catch(() => [])) {
        const [, pid, start] = NAME.exec(name) ?? [];
        if (!pid || !start || (await isAlive({ pid: Number(pid), start }))) continue;
        const path = join(folder, name);
        try {
          const [text, { mtimeMs }] = await Promise.all([readFile(path, 'utf8'), stat(path)]);
          await take({ run: JSON.parse(text) as RunInfo, lastAt: mtimeMs });
        } catch {
          // Another process was faster, or the kill left half a file.
        }
        await rm(path, { force: true });
      }
    },
    settled: (): Promise<unknown> => turn,
  };
}

export type OpenRuns = ReturnType<typeof createOpenRuns>;
