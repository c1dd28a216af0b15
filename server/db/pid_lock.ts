import { link, readFile, rm, writeFile } from 'node:fs/promises';
import { UsageError } from '../errors.ts';

interface Holder {
  readonly pid: number;
  /** Start time of the process in clock ticks since boot, where the system tells it: pids are given again. */
  readonly started: string | null;
}

const RETRY_MS = 20;
/** Removing a stale lock file takes another starter moments. */
const MAX_TRIES = 250;

/** Takes the lock file at `path` and returns its release. Throws `UsageError` naming the process that holds it. */
export async function takePidLock(path: string): Promise<() => Promise<void>> {
  const own: Holder = { pid: process.pid, started: await startTime(process.pid) };
  const draft = `${path}.${process.pid}.${Math.random().toString(36).slice(2)}`;
  await writeFile(draft, JSON.stringify(own));
  try {
    for (let tries = 0; !(await linked(draft, path)); tries++) {
      const holder = await readHolder(path);
      if (holder && (await isRunning(holder))) {
        throw new UsageError(
          `process ${holder.pid} has this data folder open (${path}); stop it, or choose another with DATA_DIR`,
        );
      }
      if (tries > MAX_TRIES) throw new UsageError(`the lock file ${path} cannot be taken over; remove it`);
      await removeStale(path, holder, draft);
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

/**
 * Removes a stale lock file. Many starters may have found it, and a later one must not remove the lock that an earlier has
 * put in its place: so only who holds the marker named after the stale holder may, after another look. A marker whose
 * holder ended is itself a stale lock file.
 */
async function removeStale(path: string, stale: Holder | undefined, draft: string): Promise<void> {
  const marker = `${path}.${stale ? `${stale.pid}-${stale.started}` : 'torn'}`;
  if (await linked(draft, marker)) {
    if (isSame(await readHolder(path), stale)) await rm(path, { force: true });
    await rm(marker);
    return;
  }
  const remover = await readHolder(marker);
  if (!remover || (await isRunning(remover))) await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  else await removeStale(marker, remover, draft);
}

const isSame = (a: Holder | undefined, b: Holder | undefined): boolean =>
  a?.pid === b?.pid && a?.started === b?.started;

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
