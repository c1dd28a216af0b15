import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { UsageError } from '../../../errors.ts';
import { UnderstandConfig } from './config.ts';

/** Reads the file of `--understand`. Throws `UsageError`. */
export async function readConfig(path: string | undefined): Promise<UnderstandConfig | undefined> {
  if (path === undefined) return undefined;
  try {
    return UnderstandConfig.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    const why = error instanceof z.ZodError ? z.prettifyError(error) : error instanceof Error ? error.message : '';
    throw new UsageError(`--understand: ${path} cannot be read: ${why}`);
  }
}
