import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { UsageError } from '../errors.ts';

interface Holder {
  readonly pid: number;
  /** Start time of the process in clock ticks since boot, where the system tells it: pids are given again. */
  readonly started: string | null;
}

/** Takes the lock file at `path` and returns its release. Throws `UsageError` naming the process that holds it. */
export async function takePidLock(path: string): Promise<() => Promise<void>> {
  const own: Holder = { pid: process.pid, started: await startTime(process.pid) };
  const draft = `${path}.${process.pid}.${Math.random().toString(36).slice(2)}`;
  await writeFile(draft, JSON.stringify(own));
  try {
    while (!(await linked(draft, path))) {
      const holder = await readHolder(path);
      if (holder && (await isRunning(holder))) {
        throw new UsageError(
          `process ${holder.pid} has this data folder open (${path}); stop it, or choose another with DATA_DIR`,
        );
      }
      await removeStale(path, holder, `${draft}.stale`);
    }
  } finally {
    await rm(draft, { force: true });
  }
  return () => rm(path, { force: true });
}

/** A hard link appears complete or not at all. */
const linked = (from: string, to: string): Promise<boolean> =>
  link(from, to).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST') return false;
      throw error;
    },
  );

/** Two starters may find the same stale file; the later must not remove the lock that the earlier has put in its place. */
async function removeStale(path: string, stale: Holder | undefined, aside: string): Promise<void> {
  const moved = await rename(path, aside).then(
    () => true,
    () => false,
  );
  if (!moved) return;
  const taken = await readHolder(aside);
  if (taken && (taken.pid !== stale?.pid || taken.started !== stale.started)) await linked(aside, path);
  await rm(aside, { force: true });
}

async function readHolder(path: string): Promise<Holder | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Holder;
  } catch {
    return undefined;
  }
}

async function isRunning({ pid, started }: Holder): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it runs, as somebody else.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  return (await startTime(pid)) === started;
}

/** Field 22 of /proc/PID/stat; the name in field 2 may hold spaces. Null where there is no /proc. */
async function startTime(pid: number): Promise<string | null> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}
