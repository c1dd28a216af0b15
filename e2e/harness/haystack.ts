import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { API, type TestBrowser } from '../drivers/driver.ts';
import type { RunningServer } from './server.ts';
import type { Wire } from './wire.ts';

/** What is looked through, by where it was. */
export type Haystack = Readonly<Record<string, string>>;

const GZIP = Buffer.from([0x1f, 0x8b]);
const isText = (bytes: Buffer): boolean => !bytes.toString('utf8').includes('\ufffd');

/** As text, uncompressed: a canary in a compressed copy would not be seen. */
function readable(bytes: Buffer): string {
  if (bytes.subarray(0, 2).equals(GZIP)) return gunzipSync(bytes).toString('utf8');
  if (isText(bytes)) return bytes.toString('utf8');
  try {
    return brotliDecompressSync(bytes).toString('utf8');
  } catch {
    return bytes.toString('utf8'); // A picture: brotli has no mark to know it by.
  }
}

/** Every store of the extension's IndexedDB and what it keeps on disk, bytes in base64. */
const DUMP = `(async () => {
  const base64 = (buffer) => btoa(Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join(''));
  const db = await new Promise((resolve, reject) => {
    const opening = indexedDB.open('laskobot-runs');
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = () => reject(opening.error);
  });
  const all = (name) => new Promise((resolve) => {
    const asking = db.transaction(name).objectStore(name).getAll();
    asking.onsuccess = () => resolve(asking.result);
  });
  const stores = {};
  for (const name of db.objectStoreNames) stores[name] = await all(name);
  db.close();
  const artifacts = stores.artifacts.flatMap(({ content }) => (content ? [{ base64: base64(content.bytes) }] : []));
  return { stores: JSON.stringify({ ...stores, artifacts: [] }), artifacts, local: JSON.stringify(await ${API}.storage.local.get()) };
})()`;

export async function extensionHaystack(browser: TestBrowser): Promise<Haystack> {
  const { stores, artifacts, local } = await browser.inExtension<{
    stores: string;
    local: string;
    artifacts: readonly { readonly base64: string }[];
  }>(DUMP);
  const texts = artifacts.map(({ base64 }) => readable(Buffer.from(base64, 'base64')));
  return { IndexedDB: stores, 'artifacts in IndexedDB': texts.join('\n'), 'storage.local': local };
}

export const wireHaystack = ({ sent }: Wire): Haystack => ({
  'the wire': sent.map(({ head, body }) => `${head}\n${readable(body)}`).join('\n'),
});

/** Bytes of every stored artifact, by the name of its file. */
export async function blobs(server: RunningServer): Promise<ReadonlyMap<string, Buffer>> {
  const root = join(server.dataDir, 'storage');
  // Made with the first artifact.
  const files = existsSync(root) ? await readdir(root, { recursive: true, withFileTypes: true }) : [];
  const read = files
    .filter((file) => file.isFile())
    .map(async ({ parentPath, name }) => [join(parentPath, name), await readFile(join(parentPath, name))] as const);
  return new Map(await Promise.all(read));
}

export async function serverHaystack(server: RunningServer, everything: string): Promise<Haystack> {
  const stored = [...(await blobs(server))].map(([name, bytes]) => `${name}\n${readable(bytes)}`);
  return { 'the database': everything, blobs: stored.join('\n'), 'the log': server.output() };
}

/** Ways in which a text may stand in another. */
const variants = (text: string): readonly string[] => [
  text,
  encodeURIComponent(text),
  encodeURI(text),
  text.replaceAll(' ', '+'),
  text.replace(/[\s-]/g, ''),
  JSON.stringify(text).slice(1, -1),
];

/** Which canaries are where, as `place: where`. */
export function leaks(canaries: Readonly<Record<string, string>>, haystack: Haystack): readonly string[] {
  const found: string[] = [];
  for (const [where, raw] of Object.entries(haystack)) {
    const text = raw.toLowerCase();
    for (const [place, canary] of Object.entries(canaries))
      if (variants(canary).some((variant) => text.includes(variant.toLowerCase()))) found.push(`${place}: ${where}`);
  }
  return found;
}
