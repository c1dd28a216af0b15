import type { NamingTexts } from './naming-texts.ts';
import type { Known } from './page-memory.ts';

/** Elements whose texts are searched as one. */
const CHUNK = 256;

/** Texts of some elements' names in one string: to find the few that hold a word, the platform need not be asked for each. */
interface Chunk {
  readonly from: number;
  readonly texts: readonly NamingTexts[];
  readonly text: string;
  /** Of those elements whose texts are all known: place in the list, and where what they say begins in `text`; then its end. */
  readonly places: readonly number[];
  readonly begins: readonly number[];
  /** Of them, those that say nothing. */
  readonly silent: readonly number[];
  /** All others, which are to be asked one by one. */
  readonly others: readonly number[];
  /** Nodes visited to read the texts of all but `others`. */
  readonly visited: number;
}

/** What may be called by some words, among some elements of a list. */
export interface Likely {
  /** Their texts hold all the words; without words, say nothing. */
  readonly sure: readonly Known[];
  readonly others: readonly { readonly one: Known; readonly texts: NamingTexts }[];
  readonly visited: number;
}

export type ReadTexts = (known: Known) => NamingTexts;

function chunkOf(list: readonly Known[], from: number, read: ReadTexts): Chunk {
  const texts: NamingTexts[] = [];
  const places: number[] = [];
  const begins: number[] = [];
  const silent: number[] = [];
  const others: number[] = [];
  let visited = 0;
  let text = '';
  for (let at = from; at < list.length && at < from + CHUNK; at += 1) {
    const one = list[at]!;
    const said = read(one);
    texts.push(said);
    if (said.all === undefined || one.texts !== said) {
      others.push(at);
      continue;
    }
    visited += said.visited;
    places.push(at);
    begins.push(text.length);
    text += `${said.all}\n`;
    if (said.own.every((own) => !own?.trim())) silent.push(at);
  }
  begins.push(text.length);
  return { from, texts, text, places, begins, silent, others, visited };
}

/** Which of the elements has the character: the last that begins at it or before. */
function elementAt(begins: readonly number[], at: number, from: number): number {
  let low = from;
  let high = begins.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (begins[middle]! <= at) low = middle;
    else high = middle;
  }
  return low;
}

/** Places of the elements whose texts hold all the words. Each word is looked for only from where the others stand: the rarest leads. */
function holding({ text, places, begins }: Chunk, words: readonly string[]): readonly number[] {
  const found: number[] = [];
  let n = 0;
  let agreed = 0;
  for (let turn = 0; n < places.length; turn = (turn + 1) % words.length) {
    const at = text.indexOf(words[turn]!, begins[n]);
    if (at < 0) break;
    if (at >= begins[n + 1]!) {
      n = elementAt(begins, at, n);
      agreed = 0;
    }
    agreed += 1;
    if (agreed < words.length) continue;
    found.push(places[n]!);
    n += 1;
    agreed = 0;
  }
  return found;
}

const unchanged = ({ from, texts, places }: Chunk, list: readonly Known[]): boolean =>
  places.every((place) => list[place]!.texts === texts[place - from]);

/** An index of a list of elements that stays as it is; texts are read as far as they are asked for. */
export function createNamingIndex(list: readonly Known[]) {
  const chunks: Chunk[] = [];
  const checked: number[] = [];
  function chunkAt(at: number, read: ReadTexts, version: number): Chunk {
    const known = chunks[at];
    const chunk =
      known && (checked[at] === version || unchanged(known, list)) ? known : chunkOf(list, at * CHUNK, read);
    chunks[at] = chunk;
    checked[at] = version;
    return chunk;
  }
  return {
    list,
    /**
     * A part of the list after the other, so that whoever has seen enough pays for no more.
     * @param version changes when texts that were read may have changed since
     */
    *likely(words: readonly string[], read: ReadTexts, version: number): Generator<Likely> {
      for (let at = 0; at * CHUNK < list.length; at += 1) {
        const chunk = chunkAt(at, read, version);
        const places = words.length > 0 ? holding(chunk, words) : chunk.silent;
        const others = chunk.others.map((place) => ({ one: list[place]!, texts: read(list[place]!) }));
        yield { sure: places.map((place) => list[place]!), others, visited: chunk.visited };
      }
    },
  };
}

export type NamingIndex = ReturnType<typeof createNamingIndex>;
