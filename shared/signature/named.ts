import type { Visits } from '../dom/bounded-text.ts';
import { byTag, closest, matches, nodeTypeOf, queryAll, rootOf } from '../dom/unclobbered.ts';
import { labelsOf } from './labels.ts';
import { accessibleName, roleOf, visible, withoutGlyphs } from './name.ts';
import { createNamingIndex, type NamingIndex } from './naming-index.ts';
import { type NamingTexts, namingTexts, textIn } from './naming-texts.ts';
import { type Known, memoryOf, type PageMemory } from './page-memory.ts';
import { NATIVE, saysRole } from './role-sources.ts';
import type { Root } from './roots.ts';

/** Names computed for one question; a page with more look-alikes than this gets "not unique" for an answer. */
const MAX_NAMES = 40;
/** Elements of the role, nodes of their texts, and fields whose labels are looked for, each of them a search of the page. */
const MAX_ELEMENTS = 3000;
const MAX_VISITS = 30_000;
const MAX_LABELLED = 300;

/** The first elements that can have the role, one more than are looked at. */
function listOf(roots: readonly Root[], role: string): Element[] {
  const list: Element[] = [];
  for (const element of ofRole(roots, role)) if (list.push(element) > MAX_ELEMENTS) break;
  return list;
}

/**
 * Elements that can have the role, a kind at a time and so not in document order. Documents keep their elements of a tag, and
 * whoever stops early pays for no more than what was looked at.
 */
function* ofRole(roots: readonly Root[], role: string): Generator<Element> {
  for (const root of roots) {
    for (const css of NATIVE[role] ?? []) {
      if (nodeTypeOf(root) === 11) {
        yield* queryAll(root, css);
        continue;
      }
      const tag = css.replace(/\[.*/, '');
      const elements = byTag(root, tag);
      for (let at = 0, element = elements[0]; element; at += 1, element = elements[at])
        if (tag === css || matches(element, css)) yield element;
    }
    yield* queryAll(root, saysRole(role));
  }
}

/** What one question about names may still cost. */
interface Costs extends Visits {
  labelled: number;
}

/** Whether the name must be computed to know if it holds all `words`; with no words, to know if there is a name. */
function worthNaming(element: Element, texts: NamingTexts, words: readonly string[], costs: Costs): boolean {
  let missing = words;
  const lacks = (text: string): boolean => {
    if (missing.some((word) => text.includes(word))) missing = missing.filter((word) => !text.includes(word));
    return missing.length > 0;
  };
  costs.left -= texts.visited;
  const { all } = texts;
  if (words.length && all !== undefined) return words.every((word) => all.includes(word));
  for (const text of texts.own) {
    if (text === undefined || (words.length && !lacks(text))) return true;
    if (!words.length && text.trim()) return false;
  }
  if (texts.id) costs.labelled -= 1;
  if (texts.labelled && costs.labelled > 0)
    for (const label of labelsOf(element)) {
      const text = textIn(label, costs);
      if (text === undefined || (text && words.length && !lacks(text))) return true;
      if (!words.length && text.trim()) return false;
    }
  if (!words.length || texts.referring) return true;
  return texts.within.some((text) => text === undefined || !lacks(text));
}

/** Words that text alone makes up, longest first: signs may come from generated content. */
const wordsIn = (name: string): string[] =>
  [...new Set(name.split(' ').filter((word) => /[\p{L}\p{N}]/u.test(word)))].sort((a, b) => b.length - a.length);

const indexes = new WeakMap<readonly Known[], NamingIndex>();

/** Of the elements that can have the role; kept as long as they are the same. */
function indexOf(role: string, roots: readonly Root[], memory: PageMemory | undefined): NamingIndex {
  const find = () => listOf(roots, role);
  const list = memory?.listed(role, find) ?? find().map((element) => ({ element }));
  const index = indexes.get(list) ?? createNamingIndex(list);
  indexes.set(list, index);
  return index;
}

/** Reads what the names of a role are made of, some elements a step. */
export function* readNames(roots: readonly Root[], role: string): Generator<void> {
  const memory = memoryOf(roots);
  if (!memory) return;
  const { list, likely } = indexOf(role, roots, memory);
  if (list.length > MAX_ELEMENTS) return;
  for (const _some of likely([], (one) => memory.textsOf(one, namingTexts), memory.version())) yield;
}

/** In document order of each root, as `querySelectorAll` would have given them. */
function inOrder(elements: Element[], roots: readonly Root[]): Element[] {
  if (elements.length < 2) return elements;
  const orderOf = new Map(elements.map((element) => [element, roots.indexOf(rootOf(element) as Root)]));
  return elements.sort((a, b) => {
    const apart = (orderOf.get(a) ?? 0) - (orderOf.get(b) ?? 0);
    return apart || (a.compareDocumentPosition(b) & 4 ? -1 : 1);
  });
}

export interface Named {
  readonly element: Element;
  /** Accessible name, flattened, with its glyphs. */
  readonly name: string;
}

interface Asking {
  readonly maxNames?: number;
  readonly known?: Named;
  /** Only those that are called just so, glyphs aside; where there are none, all that `name` is a part of. */
  readonly whole?: boolean;
}

/**
 * Visible elements of a role that may be called `name`, with their names; undefined when there are too many to compute. `name`
 * empty asks for those without one. Masked elements are counted like others, since Playwright counts them: the names here are for
 * comparing only.
 */
export function namedAlike(
  roots: readonly Root[],
  role: string,
  name: string,
  asking: Asking = {},
): Named[] | undefined {
  const words = wordsIn(name);
  const found = namedWith(words, roots, role, name, asking);
  if (asking.whole && found?.length === 0) return namedAlike(roots, role, name, { ...asking, whole: false });
  // Even a word may come from generated content, or from two texts that only touch.
  return found?.length === 0 && words.length > 1 ? namedWith(words.slice(0, 1), roots, role, name, asking) : found;
}

function namedWith(
  words: readonly string[],
  roots: readonly Root[],
  role: string,
  name: string,
  { maxNames = MAX_NAMES, known, whole = false }: Asking,
): Named[] | undefined {
  // Counted first: to compute a name takes longer than to look at a hundred elements.
  const likely = new Set<Element>();
  const costs: Costs = { left: MAX_VISITS, labelled: MAX_LABELLED };
  const memory = memoryOf(roots);
  const { list, ...index } = indexOf(role, roots, memory);
  if (list.length > MAX_ELEMENTS) return undefined;
  /** False when there are too many. */
  const add = (element: Element): boolean => {
    if (likely.has(element)) return true;
    if (roleOf(element) !== role || !visible(element) || closest(element, '[aria-hidden=true]')) return true;
    likely.add(element);
    return likely.size <= maxNames;
  };
  const read = (one: Known): NamingTexts => {
    if (memory) return memory.textsOf(one, namingTexts);
    one.texts ??= namingTexts(one.element);
    return one.texts;
  };
  for (const { sure, others, visited } of index.likely(words, read, memory?.version() ?? 0)) {
    costs.left -= visited;
    for (const { element } of sure) if (!add(element)) return undefined;
    for (const { one, texts } of others) {
      if (costs.left <= 0 || costs.labelled <= 0) return undefined;
      if (one.element === known?.element || !worthNaming(one.element, texts, words, costs)) continue;
      if (!add(one.element)) return undefined;
    }
    if (costs.left <= 0) return undefined;
  }
  if (
    known &&
    !likely.has(known.element) &&
    list.some(({ element }) => element === known.element) &&
    !add(known.element)
  )
    return undefined;
  const called = (other: string): boolean => (whole ? other === name : name ? other.includes(name) : !other);
  /** To compute a name takes longer than to see that it is another one. */
  const another = (element: Element): boolean => {
    const only = whole && name ? memory?.of(element).texts?.only : undefined;
    return only !== undefined && element !== known?.element && !name.includes(withoutGlyphs(only));
  };
  return inOrder(
    [...likely].filter((element) => !another(element)),
    roots,
  )
    .map((element) => (element === known?.element ? known : { element, name: accessibleName(element, () => false) }))
    .filter(({ name: other }) => called(withoutGlyphs(other)));
}
