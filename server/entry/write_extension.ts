import { rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What `laskobot.json` says. */
export interface ExtensionFile {
  readonly server_url: string;
  readonly publishable_key: string;
  /** With what bundles of hints are verified. */
  readonly bundle_key: string;
}

/** Tells built extensions where the server is: writes laskobot.json into those folders that exist, and answers them. */
export async function writeExtension(dirs: readonly string[], file: ExtensionFile): Promise<string[]> {
  const written: string[] = [];
  for (const dir of dirs) {
    const found = await stat(dir).catch(() => undefined);
    if (!found?.isDirectory()) continue;
    const content = JSON.stringify(file, null, 2);
    const draft = join(dir, `laskobot.${process.pid}.draft`);
    await writeFile(draft, `${content}\n`);
    // A browser that reads it now gets the old one or the new one, never half of one.
    await rename(draft, join(dir, 'laskobot.json'));
    written.push(dir);
  }
  return written;
}
