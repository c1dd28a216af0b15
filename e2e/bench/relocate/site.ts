import { readFile } from 'node:fs/promises';

/** What the data set says of one element; what it has none of is left out. */
export interface Properties {
  readonly tag: string;
  readonly class?: string;
  readonly name?: string;
  readonly id?: string;
  readonly href?: string;
  readonly alt?: string;
  readonly xpath: string;
  readonly idxpath?: string;
  readonly is_button: 'yes' | 'no';
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly area?: number;
  readonly shape?: number;
  readonly visible_text?: string;
  readonly neighbor_text?: string;
}

/** One line of the file: an old page's elements, and all that stand on the page that it became. */
export interface Site {
  readonly site: string;
  readonly oldUrl: string;
  readonly newUrl: string;
  readonly pairs: readonly { readonly old: string; readonly new: string; readonly disputed?: boolean }[];
  readonly targets: readonly Properties[];
  readonly candidates: readonly Properties[];
}

export async function readSites(file: string): Promise<Site[]> {
  const lines = (await readFile(file, 'utf8')).split('\n');
  return lines.filter((line) => line.trim() !== '').map((line) => JSON.parse(line) as Site);
}
