import { spawnSync } from 'node:child_process';

/** A disk of that many KB on an empty folder; answers how to take it away. Undefined where this process may not mount. */
export function mountSmallDisk(dir: string, kilobytes: number): (() => void) | undefined {
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${kilobytes}k`, 'tmpfs', dir]);
  if (mounted.status !== 0) return undefined;
  return () => {
    const { status, stderr } = spawnSync('umount', [dir]);
    if (status !== 0) throw new Error(`${dir} is still mounted: ${stderr}`);
  };
}
