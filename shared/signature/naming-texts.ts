import { boundedText, type Visits } from '../dom/bounded-text.ts';
import {
  attributeNamesOf,
  attributeOf,
  closest,
  firstElementOf,
  localNameOf,
  queryAll,
  queryFirst,
} from '../dom/unclobbered.ts';
import { canHaveLabels } from './labels.ts';
import { flat, isField } from './name.ts';

/** Characters of a text in which the name may stand, and nodes that they may be in. */
const MAX_TEXT_CHARS = 4000;
const MAX_TEXT_NODES = 300;
/** Above this a name may be cut. */
const MAX_ONLY_CHARS = 200;
const NAMED_WITHIN = '[alt],[aria-label],[aria-labelledby],[title],slot,input,svg';
const NAMING_ATTRIBUTES = ['aria-label', 'title', 'alt', 'placeholder'];
const NAMING: ReadonlySet<string> = new Set(NAMING_ATTRIBUTES);

/** Texts that the name of an element is made of, as far as it and what stands in it tell, without computing the name. */
export interface NamingTexts {
  /** Its text and attributes, not the empty ones; undefined stands for more than is read. */
  readonly own: readonly (string | undefined)[];
  /** Attributes and values of what stands in it; undefined where they stand elsewhere. */
  readonly within: readonly (string | undefined)[];
  /** All of these in one, where the name can be made of nothing else. */
  readonly all: string | undefined;
  /** It holds nothing but these words and no attribute says more: its name holds them as they are, if it has one. */
  readonly only: string | undefined;
  /** Another element says what it is called. */
  readonly referring: boolean;
  readonly id: boolean;
  /** It may have labels. */
  readonly labelled: boolean;
  /** False where what was typed is among the texts. */
  readonly lasting: boolean;
  /** Nodes visited to read them, and characters that they have. */
  readonly visited: number;
  readonly chars: number;
}

/** Text of an element, undefined where there is more of it than is read. */
export function textIn(element: Element, visits: Visits): string | undefined {
  const { text, cut } = boundedText(element, MAX_TEXT_CHARS, visits);
  return cut ? undefined : text;
}

function textsWithin(element: Element): { texts: (string | undefined)[]; lasting: boolean } {
  const texts: (string | undefined)[] = [];
  let lasting = true;
  // To find that there is none is several times cheaper than to ask for all.
  if (!firstElementOf(element) || !queryFirst(element, NAMED_WITHIN)) return { texts, lasting };
  for (const inner of queryAll(element, NAMED_WITHIN)) {
    if (localNameOf(inner) === 'slot' || attributeOf(inner, 'aria-labelledby') !== null) texts.push(undefined);
    for (const attribute of NAMING_ATTRIBUTES) texts.push(attributeOf(inner, attribute) || '');
    if (localNameOf(inner) !== 'input') continue;
    texts.push((inner as HTMLInputElement).value);
    lasting = false;
  }
  return { texts: texts.filter((text) => text !== ''), lasting };
}

export function namingTexts(element: Element): NamingTexts {
  const visits: Visits = { left: MAX_TEXT_NODES };
  const attributes = attributeNamesOf(element);
  const field = isField(element);
  const own: (string | undefined)[] = field ? [] : [textIn(element, visits)];
  const cut = !field && own[0] === undefined;
  for (const attribute of attributes) if (NAMING.has(attribute)) own.push(attributeOf(element, attribute) ?? '');
  if (!field && localNameOf(element) === 'input') own.push((element as HTMLInputElement).value);
  const inner = cut ? { texts: [], lasting: true } : textsWithin(element);
  const id = attributes.includes('id');
  const said = own.filter((text) => text !== '');
  const referring = attributes.includes('aria-labelledby');
  const labelled = canHaveLabels(element) && (id || closest(element, 'label') !== null);
  const texts = [...said, ...inner.texts];
  const whole = !referring && !id && !labelled && !texts.includes(undefined);
  const text = !field && whole && own.length === 1 && !firstElementOf(element) ? flat(own[0] ?? '') : '';
  return {
    own: said,
    within: inner.texts,
    all: whole ? texts.join('\n') : undefined,
    only: text && text.length <= MAX_ONLY_CHARS ? text : undefined,
    referring,
    id,
    labelled,
    lasting: inner.lasting,
    visited: MAX_TEXT_NODES - visits.left,
    chars: texts.reduce((sum, text) => sum + (text?.length ?? 0), 0),
  };
}
