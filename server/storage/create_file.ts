import { link, rm, writeFile } from 'node:fs/promises';

/** Makes a file for its owner only, complete or not at all, unless there is one already. */
export async function createFile(path: string, content: () => string): Promise<void> {
  const draft = `${path}.${crypto.randomUUID()}`;
  await writeFile(draft, content(), { mode: 0o600 });
  try {
    await link(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await rm(draft, { force: true });
  }
}
