import { readdirSync, readFileSync } from 'node:fs';

/** USER_HZ, which Linux fixes for what it tells programs. */
const TICK_MS = 10;

/** Processor time of a process and its children, those that ended included, in ms. Linux only; 0 elsewhere. */
export function processCpuMs(pid: number): number {
  let ticks = 0;
  for (const { own, children } of processes(pid)) ticks += own + children;
  return ticks * TICK_MS;
}

/** utime + stime of a process and of its direct children, and what its ended children took. */
function processes(pid: number): { own: number; children: number }[] {
  const stats = readdirSync('/proc', { withFileTypes: true })
    .filter(({ name }) => /^\d+$/.test(name))
    .flatMap(({ name }) => readStat(name));
  return stats
    .filter((stat) => stat.pid === pid || stat.parent === pid)
    .map((stat) => ({ own: stat.own, children: stat.pid === pid ? stat.ended : 0 }));
}

function readStat(pid: string): { pid: number; parent: number; own: number; ended: number }[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in field 2 may hold spaces and parentheses.
    const fields = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const [parent = 0, utime = 0, stime = 0, cutime = 0, cstime = 0] = [1, 11, 12, 13, 14].map((at) => fields[at]);
    return [{ pid: Number(pid), parent, own: utime + stime, ended: cutime + cstime }];
  } catch {
    return [];
  }
}
