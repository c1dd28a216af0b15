import { array, assert, boolean, constantFrom, nat, property, record } from 'fast-check';
import { expect, it } from 'vitest';
import { createNamingIndex } from './naming-index.ts';
import type { NamingTexts } from './naming-texts.ts';
import type { Known } from './page-memory.ts';

const textsOf = (all: string | undefined, lasting = true): NamingTexts => ({
  own: all === undefined ? [undefined] : [all],
  within: [],
  all,
  only: undefined,
  referring: false,
  id: false,
  labelled: false,
  lasting,
  visited: 1,
  chars: all?.length ?? 0,
});

const word = constantFrom('Edit', 'order', '1', '12', 'a', 'Über', '×');
const said = array(word, { maxLength: 4 }).map((words) => words.join(' '));
/** What is read of each element anew; kept only where nothing typed is among it. */
const element = record({ text: said, known: boolean(), lasting: boolean() });

function pageOf(elements: readonly { text: string; known: boolean; lasting: boolean }[]) {
  const list = elements.map((): Known => ({ element: {} as Element }));
  const now = elements.map(({ text, known, lasting }) => textsOf(known ? text : undefined, lasting));
  const read = (one: Known): NamingTexts => {
    if (one.texts) return one.texts;
    const texts = now[list.indexOf(one)]!;
    if (texts.lasting) one.texts = texts;
    return texts;
  };
  return { list, now, read };
}

it('finds what asking each element finds, however long the list, also after texts were forgotten', () => {
  const words = array(word, { maxLength: 3 });
  const pages = array(element, { maxLength: 700, size: 'max' });
  assert(
    property(pages, words, array(record({ at: nat(), text: said }), { maxLength: 5 }), (elements, wanted, changes) => {
      const { list, now, read } = pageOf(elements);
      const index = createNamingIndex(list);
      const says = ({ all }: NamingTexts): boolean =>
        all === undefined || (wanted.length > 0 ? wanted.every((each) => all.includes(each)) : !all.trim());
      /** Places of all that may be called so, of the others by asking them. */
      const found = (version: number): number[] =>
        [...index.likely(wanted, read, version)]
          .flatMap(({ sure, others }) => [...sure, ...others.filter(({ texts }) => says(texts)).map(({ one }) => one)])
          .map((one) => list.indexOf(one))
          .sort((a, b) => a - b);
      const asked = (): number[] => [...list.keys()].filter((at) => says(now[at]!));
      expect(found(0)).toEqual(asked());
      for (const { at, text } of list.length > 0 ? changes : []) {
        now[at % list.length] = textsOf(text);
        list[at % list.length]!.texts = undefined;
      }
      expect(found(1)).toEqual(asked());
    }),
    { numRuns: 60 },
  );
});
