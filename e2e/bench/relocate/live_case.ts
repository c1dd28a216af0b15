import { readFile } from 'node:fs/promises';
import type { Features } from '../../../shared/signature/model-features.ts';
import type { Case } from './case.ts';
import { type LiveCase, NUMBERS } from './live_numbers.ts';

export interface InPlaceCase extends Case {
  readonly live: LiveCase;
}

export async function readLiveCases(file: string): Promise<InPlaceCase[]> {
  const [head = '', ...lines] = (await readFile(file, 'utf8')).split('\n').filter((line) => line.trim() !== '');
  if (head !== JSON.stringify(NUMBERS))
    throw new Error(`${file} was not collected by this version: run relocate-dom --collect again.`);
  return lines
    .map((line) => JSON.parse(line) as LiveCase)
    .filter(({ features }) => features.length > 0)
    .map((live) => {
      const pairs = new Set(live.related.map(([a, b]) => `${a} ${b}`));
      return {
        live,
        site: live.application,
        inPlace: true,
        gone: live.gone,
        features: live.features.map(
          (row) => Object.fromEntries(NUMBERS.map((name, at) => [name, row[at]!])) as unknown as Features,
        ),
        right: live.right,
        related: (a, b) => pairs.has(`${Math.min(a, b)} ${Math.max(a, b)}`),
      };
    });
}
