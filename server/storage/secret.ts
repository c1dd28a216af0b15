import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createFile } from './create_file.ts';

/** The key that signs upload and download tokens of the folder storage, made once per data folder. */
export async function readStorageSecret(dataDir: string): Promise<Uint8Array<ArrayBuffer>> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const path = join(dataDir, 'storage.key');
  await createFile(path, () => Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('hex'));
  return Uint8Array.from(Buffer.from(await readFile(path, 'utf8'), 'hex'));
}
