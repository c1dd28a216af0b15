import { readFile } from 'node:fs/promises';

/**
 * The name of a file says whose it is: `{pid}-{start}-{random}.{ending}`. A pid is given again, a pid with its start time is not.
 * Processes that share a folder must see each other's pids: one machine, or one container.
 */
export interface Owner {
  readonly pid: number;
  /** Clock ticks since boot, where the system tells it (Linux); else 0, and a pid given again delays the takeover. */
  readonly start: string;
}

/** Field 22 of /proc/PID/stat; the name in field 2 may hold spaces. */
async function startOf(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '0';
}

export const thisOwner = async (): Promise<Owner> => ({ pid: process.pid, start: await startOf(process.pid) });

const JOURNAL = 'jsonl';

export const nameOf = ({ pid, start }: Owner, ending = JOURNAL): string =>
  `${pid}-${start}-${crypto.randomUUID()}.${ending}`;

export function ownerOf(file: string, ending = JOURNAL): Owner | undefined {
  const [, pid, start, end] = /^(\d+)-(\d+)-[0-9a-f-]{36}\.([a-z]+)$/.exec(file) ?? [];
  return pid && start && end === ending ? { pid: Number(pid), start } : undefined;
}

export async function isAlive({ pid, start }: Owner): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it runs, as somebody else.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  return (await startOf(pid)) === start;
}
