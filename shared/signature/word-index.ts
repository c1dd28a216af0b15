import { localNameOf } from '../dom/unclobbered.ts';
import type { Known, PageMemory } from './page-memory.ts';

/** Of elements in a list: their tags, hashed words of their names, and in which places of the list a word stands. */
export interface WordIndex {
  readonly list: readonly Known[];
  readonly tags: readonly string[];
  readonly words: readonly (readonly string[])[];
  readonly places: ReadonlyMap<string, readonly number[]>;
}

/** Lists of one page; those of a page's controls are few. */
const MAX_INDEXES = 32;

interface Kept extends WordIndex {
  readonly version: number;
  readonly key: string;
}

const indexes = new WeakMap<PageMemory, Map<string, Kept>>();

function build(list: readonly Known[], wordsOf: (one: Known) => readonly string[]): WordIndex {
  const places = new Map<string, number[]>();
  const words = list.map((one, at) => {
    const own = wordsOf(one);
    for (const word of own) {
      const known = places.get(word);
      if (known) known.push(at);
      else places.set(word, [at]);
    }
    return own;
  });
  return { list, tags: list.map(({ element }) => localNameOf(element)), words, places };
}

/** The elements as they are known; the very same list where they are those of the last time. */
function knownList(elements: readonly Element[], memory: PageMemory, last: WordIndex | undefined): readonly Known[] {
  const same = last?.list.length === elements.length && elements.every((one, at) => last.list[at]?.element === one);
  return same ? last.list : elements.map(memory.of);
}

export interface Indexing {
  readonly memory: PageMemory | undefined;
  /** Where the memory keeps a list of what the selector finds. */
  readonly listed: readonly Known[] | undefined;
  readonly find: () => readonly Element[];
  readonly wordsOf: (one: Known) => readonly string[];
  /** What words are hashed with. */
  readonly key: string;
}

/** Index of the elements that a selector finds, kept as long as they and their texts are the same. */
export function wordIndex(css: string, { memory, listed, find, wordsOf, key }: Indexing): WordIndex {
  if (!memory)
    return build(
      find().map((element) => ({ element })),
      wordsOf,
    );
  const kept = indexes.get(memory) ?? new Map<string, Kept>();
  indexes.set(memory, kept);
  const last = kept.get(css);
  const version = memory.version();
  const current = last?.version === version ? last : undefined;
  const list = listed ?? knownList(find(), memory, current);
  if (current?.list === list && current.key === key) return current;
  const index = { ...build(list, wordsOf), version, key };
  if (kept.size >= MAX_INDEXES) kept.clear();
  kept.set(css, index);
  return index;
}
