import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';

const PairsJson = z.strictObject({
  name: z.string().min(1).optional(),
  old: z.string().min(1),
  new: z.string().min(1),
  /** Attributes that are removed from both pages before anything is recorded. */
  hide: z.array(z.string().regex(/^[\w:.-]+$/)).default([]),
  pairs: z
    .array(
      z.object({
        /** XPath on the rendered page, before `hide`. */
        old: z.string().min(1),
        /** Null where the control is gone. */
        new: z.string().min(1).nullable(),
        /** What a person calls the control; for whoever reads the file. */
        label: z.string().optional(),
      }),
    )
    .min(1),
});

export interface PairsFile extends z.infer<typeof PairsJson> {
  readonly name: string;
  readonly path: string;
}

/** What both of its pages are versions of: a package without its version, else the file itself. */
export const applicationOf = ({ new: page, path }: Pick<PairsFile, 'new' | 'path'>): string =>
  /^(?:npm|app):((?:@[^/]+\/)?[^/#?]+?)(?:-old)?(?:[/#?]|$)/.exec(page)?.[1] ?? path;

/** Parsed; throws with the file's path and what is wrong in it. */
export function parsePairs(json: string, path: string): PairsFile {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    throw new Error(`${path} is no JSON: ${(error as Error).message}`);
  }
  const parsed = PairsJson.safeParse(value);
  if (!parsed.success) {
    const issues = parsed.error.issues.map(({ path: at, message }) => `${at.join('.') || 'the file'}: ${message}`);
    throw new Error(`${path} is no pairs file: ${issues.join('; ')}`);
  }
  return { ...parsed.data, name: parsed.data.name ?? basename(path, '.json'), path };
}

/** The pairs file at `path`, or all `.json` files of the folder there, by name. */
export async function readPairs(path: string): Promise<PairsFile[]> {
  const folder = (await stat(path)).isDirectory();
  const files = folder
    ? (await readdir(path))
        .filter((name) => name.endsWith('.json'))
        .sort()
        .map((name) => join(path, name))
    : [path];
  if (files.length === 0) throw new Error(`${path} holds no .json files`);
  return Promise.all(files.map(async (file) => parsePairs(await readFile(file, 'utf8'), file)));
}
