import { readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Journal, openJournal } from './journal.ts';
import { isAlive, nameOf, type Owner, ownerOf } from './owner.ts';

/** Takes over the journals of processes that have ended. Many may try: the rename of a journal succeeds for one. */
export async function adoptJournals(dir: string, self: Owner): Promise<Journal[]> {
  const adopted: Journal[] = [];
  for (const name of await readdir(dir)) {
    const owner = ownerOf(name.replace(/\.draft$/, ''));
    if (!owner || (await isAlive(owner))) continue;
    if (name.endsWith('.draft')) {
      await rm(join(dir, name), { force: true });
      continue;
    }
    const path = join(dir, nameOf(self));
    const taken = await rename(join(dir, name), path).then(
      () => true,
      () => false,
    );
    if (taken) adopted.push(await openJournal(path));
  }
  return adopted;
}
