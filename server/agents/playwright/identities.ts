import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { ElementSignature } from '../../../shared/protocol/schema.ts';
import { replaceFile, withLock } from './with_lock.ts';

const IdentitiesFile = z.object({
  version: z.literal(1),
  /** Key of the hashes in this file, 32 hex digits. */
  text_key: z.string().regex(/^[0-9a-f]{32}$/),
  /** By page template, then by locator. */
  pages: z.record(z.string(), z.record(z.string(), ElementSignature)),
});
type IdentitiesFile = z.infer<typeof IdentitiesFile>;

export interface Named {
  /** Template of the page's address, without the origin of the application under test. */
  readonly page: string;
  /** The locator as the script would write it. */
  readonly locator: string;
  readonly signature: ElementSignature;
}

/** The file at `path`; throws where it holds something else. */
async function readIdentities(path: string): Promise<IdentitiesFile | undefined> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  const parsed = IdentitiesFile.safeParse(parsedJson(text));
  if (!parsed.success) throw new Error(`${path} is no file of identities; delete it, and passing tests write it anew`);
  return parsed.data;
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Sorted, so that the file changes only where an identity did. */
const sorted = <T>(record: Readonly<Record<string, T>>): Record<string, T> =>
  Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));

const written = ({ pages, ...rest }: IdentitiesFile): string => {
  const ordered = Object.entries(pages).map(([page, locators]) => [page, sorted(locators)] as const);
  return `${JSON.stringify({ ...rest, pages: sorted(Object.fromEntries(ordered)) }, null, 1)}\n`;
};

/** What the locators of passing tests named, in a file that processes share. */
export async function openIdentities(path: string) {
  const file = await withLock(path, async () => {
    const found = await readIdentities(path);
    if (found) return found;
    const made: IdentitiesFile = { version: 1, text_key: randomBytes(16).toString('hex'), pages: {} };
    await replaceFile(path, written(made));
    return made;
  });
  return {
    textKey: file.text_key,
    get: (page: string, locator: string): ElementSignature | undefined =>
      Object.hasOwn(file.pages, page) && Object.hasOwn(file.pages[page]!, locator)
        ? file.pages[page]![locator]
        : undefined,
    /** Puts down what a passing test named; the last of a locator counts. */
    async keep(named: readonly Named[]): Promise<void> {
      if (named.length === 0) return;
      await withLock(path, async () => {
        const now = (await readIdentities(path)) ?? file;
        // After somebody deleted the file under us its key is another: hashes under ours mean nothing there.
        if (now.text_key !== file.text_key) return;
        const pages = new Map(
          Object.entries(now.pages).map(([page, locators]) => [page, new Map(Object.entries(locators))]),
        );
        for (const { page, locator, signature } of named)
          pages.set(page, (pages.get(page) ?? new Map()).set(locator, signature));
        const plain = Object.fromEntries([...pages].map(([page, locators]) => [page, Object.fromEntries(locators)]));
        await replaceFile(path, written({ ...now, pages: plain }));
      });
    },
  };
}

export type Identities = Awaited<ReturnType<typeof openIdentities>>;
