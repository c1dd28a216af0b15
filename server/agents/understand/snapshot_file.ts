import { lstatSync, readFileSync } from 'node:fs';
import { basename, dirname, relative, resolve } from 'node:path';
import { MAX_SNAPSHOT_CHARS } from './snapshot.ts';

/** As @playwright/mcp calls them. */
const NAME = /^page-[\dTZ.-]{10,40}\.yml$/;
const FOLDER = '.playwright-mcp';

/**
 * Reads snapshots that a server of this machine put into files: such as it names by itself, in its own folder. Anything else is left alone,
 * since an answer says where they are.
 * @param outputDir as the server was told by `--output-dir`
 */
export function snapshotFiles(cwd: string, outputDir?: string): (link: string) => string | undefined {
  const folder = resolve(cwd, outputDir ?? FOLDER);
  return (link) => {
    const path = resolve(cwd, link);
    if (!NAME.test(basename(path)) || relative(folder, dirname(path)) !== '') return undefined;
    try {
      const found = lstatSync(path);
      return found.isFile() && found.size <= MAX_SNAPSHOT_CHARS ? readFileSync(path, 'utf8') : undefined;
    } catch {
      return undefined;
    }
  };
}
