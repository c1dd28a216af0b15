import { labelsOf } from './labels.ts';
import { accessibleName, isField, roleOf, visible, withoutGlyphs } from './name.ts';
import type { Root } from './roots.ts';

/** Elements that have a role without saying so: a tag, or a tag with what else it needs. */
const NATIVE: Readonly<Record<string, readonly string[]>> = {
  button: ['button', 'summary', 'input[type=button]', 'input[type=submit]', 'input[type=reset]', 'input[type=image]'],
  link: ['a[href]', 'area[href]'],
  textbox: ['input', 'textarea'],
  searchbox: ['input[type=search]'],
  combobox: ['select', 'input[list]'],
  listbox: ['select', 'datalist'],
  checkbox: ['input[type=checkbox]'],
  radio: ['input[type=radio]'],
  slider: ['input[type=range]'],
  spinbutton: ['input[type=number]'],
  heading: ['h1', 'h2', 'h3', 'h4', 'h5', 'h6'],
  listitem: ['li'],
  list: ['ul', 'ol', 'menu'],
  img: ['img'],
  cell: ['td'],
  columnheader: ['th'],
  row: ['tr'],
  option: ['option'],
  group: ['fieldset', 'details', 'optgroup'],
};
/** Names computed for one question; a page with more look-alikes than this gets "not unique" for an answer. */
const MAX_NAMES = 40;
const NAMED_WITHIN = '[alt],[aria-label],[aria-labelledby],[title],slot,input,svg';

const saysRole = (role: string): string => `[role~="${role.replace(/["\\\n]/g, '')}"]`;

/** CSS selector of all elements that can have the role. */
export const roleSelector = (role: string): string => [...(NATIVE[role] ?? []), saysRole(role)].join(',');

/**
 * Elements that can have the role, a kind at a time and so not in document order. Documents keep their elements of a tag, and
 * whoever stops early pays for no more than what was looked at.
 */
function* ofRole(roots: readonly Root[], role: string): Generator<Element> {
  for (const root of roots) {
    for (const css of NATIVE[role] ?? []) {
      if (!('getElementsByTagName' in root)) {
        yield* root.querySelectorAll(css);
        continue;
      }
      const tag = css.replace(/\[.*/, '');
      const elements = root.getElementsByTagName(tag);
      for (let at = 0, element = elements[0]; element; at += 1, element = elements[at])
        if (tag === css || element.matches(css)) yield element;
    }
    yield* root.querySelectorAll(saysRole(role));
  }
}

const NAMING_ATTRIBUTES = ['aria-label', 'title', 'alt', 'placeholder'];

/** Text that most names are made of, without computing any. */
function* nearlyNames(element: Element): Generator<string | null> {
  const field = isField(element);
  if (!field) yield element.textContent;
  for (const attribute of NAMING_ATTRIBUTES) yield element.getAttribute(attribute);
  if (!field && element.localName === 'input') yield (element as HTMLInputElement).value;
  for (const label of labelsOf(element)) yield label.textContent;
}

/** Whether the name must be computed to know if it holds `word`; with no word, to know if there is a name. */
function worthNaming(element: Element, word: string): boolean {
  for (const text of nearlyNames(element)) {
    if (word && text?.includes(word)) return true;
    if (!word && text?.trim()) return false;
  }
  if (!word || element.hasAttribute('aria-labelledby')) return true;
  return element.firstElementChild !== null && element.querySelector(NAMED_WITHIN) !== null;
}

/** In document order of each root, as `querySelectorAll` would have given them. */
function inOrder(elements: Element[], roots: readonly Root[]): Element[] {
  const rootOf = new Map(elements.map((element) => [element, roots.indexOf(element.getRootNode() as Root)]));
  return elements.sort((a, b) => {
    const apart = (rootOf.get(a) ?? 0) - (rootOf.get(b) ?? 0);
    return apart || (a.compareDocumentPosition(b) & 4 ? -1 : 1);
  });
}

export interface Named {
  readonly element: Element;
  /** Accessible name, flattened, with its glyphs. */
  readonly name: string;
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
  { maxNames = MAX_NAMES, known }: { readonly maxNames?: number; readonly known?: Named } = {},
): Named[] | undefined {
  const word = name.split(' ').reduce((longest, next) => (next.length > longest.length ? next : longest), '');
  // Counted first: to compute a name takes longer than to look at a hundred elements.
  const likely = new Set<Element>();
  for (const element of ofRole(roots, role)) {
    if (!worthNaming(element, word)) continue;
    if (roleOf(element) !== role || !visible(element) || element.closest('[aria-hidden=true]')) continue;
    if (likely.size >= maxNames && !likely.has(element)) return undefined;
    likely.add(element);
  }
  const found = inOrder([...likely], roots).map((element) =>
    element === known?.element ? known : { element, name: accessibleName(element, () => false) },
  );
  return found.filter(({ name: other }) => (name ? withoutGlyphs(other).includes(name) : !withoutGlyphs(other)));
}
