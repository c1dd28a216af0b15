import { computeAccessibleName, getRole } from 'dom-accessibility-api';
import { boundedText } from '../dom/bounded-text.ts';
import {
  attributeNamesOf,
  attributeOf,
  byTag,
  checkVisibility,
  closest,
  documentOf,
  firstElementOf,
  hasAttribute,
  hasAttributes,
  localNameOf,
  parentElementOf,
  queryAll,
  queryFirst,
  rootOf,
  viewOf,
} from '../dom/unclobbered.ts';
import { canHaveLabels, labelsOf } from './labels.ts';
import { plainName } from './plain-name.ts';
import { quote } from './quote.ts';

const BUTTON_TYPES = new Set(['button', 'submit', 'reset', 'image']);
const FIELD_TAGS = new Set(['textarea', 'select']);
const FIELD_ROLES = new Set(['textbox', 'searchbox', 'combobox', 'listbox', 'spinbutton', 'slider']);

/** Whether a person types or chooses into the element: then its content is data, never part of a name or a text. */
export function isField(element: Element, tag: string = localNameOf(element)): boolean {
  if (tag === 'input') return !BUTTON_TYPES.has((element as HTMLInputElement).type);
  if (FIELD_TAGS.has(tag)) return true;
  if (!hasAttributes(element)) return false;
  if (FIELD_ROLES.has(attributeOf(element, 'role') ?? '')) return true;
  return (attributeOf(element, 'contenteditable') ?? 'false') !== 'false';
}

/** Above this many descendants a name from content says nothing and costs milliseconds. */
const MAX_DESCENDANTS = 150;
const MAX_NAME_CHARS = 300;
/** A name is made of texts and attributes this long at the most; of more than so many other elements; through so many references. */
const MAX_SOURCE_CHARS = 4000;
const MAX_REFERENCES = 16;
const MAX_HOPS = 3;
/** Attributes that the name is computed from. */
const SOURCES = new Set(['aria-label', 'aria-labelledby', 'aria-owns', 'title', 'alt', 'placeholder', 'value', 'role']);
/** Roles of text fields, which a placeholder names when nothing else does (html-aam 1.0, 4.1.1). */
const PLACEHOLDER_NAMES = new Set(['textbox', 'searchbox']);
const HIDDEN = { getPropertyValue: (property: string) => (property === 'display' ? 'none' : '') };

/** ARIA role, explicit or implied; undefined where there is none. Password fields are text fields, as Playwright has it. */
export function roleOf(element: Element): string | undefined {
  const said = attributeOf(element, 'role');
  if (said && said.length > MAX_SOURCE_CHARS) return undefined;
  const tag = localNameOf(element);
  // Most that is asked is one of these, and the library asks four times as much.
  if (!said && tag === 'button') return 'button';
  if (!said && tag === 'a') return hasAttribute(element, 'href') ? 'link' : undefined;
  // The controls of a form may hide all that the library would ask it for.
  const role = tag === 'form' ? said?.trim().split(/\s+/)[0] || 'form' : getRole(element);
  const known = role ?? (tag === 'input' && (element as HTMLInputElement).type === 'password' ? 'textbox' : undefined);
  return known && /^[a-z-]{1,64}$/i.test(known) ? known.toLowerCase() : undefined;
}

/** White space as Playwright compares it. */
export const flat = (text: string): string =>
  text
    .replace(/[\u200b\u00ad]/g, '')
    .replace(/\s+/g, ' ')
    .trim();

/** A name without the glyphs of icon fonts (private use area), which are drawing, not text. */
export const withoutGlyphs = (name: string): string => flat(name.replace(/[\ue000-\uf8ff]/g, ' '));

const referenced = (element: Element, by = 'aria-labelledby'): Element[] => {
  const said = attributeOf(element, by);
  if (!said || said.length > MAX_SOURCE_CHARS) return [];
  const root = rootOf(element);
  const ids = said.split(/\s+/).filter(Boolean).slice(0, MAX_REFERENCES);
  return ids.map((id) => queryFirst(root, `[id=${quote(id)}]`)).filter((hit) => hit !== null);
};

/** Elements that own others for one name. */
const MAX_OWNERS = 16;

/** Whether what an element owns (`aria-owns`) leads back to it or is owned twice: the library would follow that without end. */
function ownsInCircles(element: Element): boolean {
  const around = new Set<Element>();
  if (attributeOf(element, 'aria-owns') !== null || queryFirst(element, '[aria-owns]'))
    for (let at: Element | null = element; at; at = parentElementOf(at)) around.add(at);
  const seen = new Set<Element>();
  const next = [element];
  for (let owner = next.pop(); owner; owner = next.pop()) {
    const inside = queryFirst(owner, '[aria-owns]') ? queryAll(owner, '[aria-owns]') : [];
    for (const owned of [owner, ...inside].flatMap((one) => referenced(one, 'aria-owns'))) {
      if (seen.has(owned) || around.has(owned) || seen.size >= MAX_OWNERS) return true;
      seen.add(owned);
      next.push(owned);
    }
  }
  return false;
}

const size = (element: Element): number => byTag(element, '*').length;
const tooLong = (element: Element): boolean =>
  attributeNamesOf(element).some(
    (name) => SOURCES.has(name) && (attributeOf(element, name)?.length ?? 0) > MAX_SOURCE_CHARS,
  ) || boundedText(element, MAX_SOURCE_CHARS).cut;

/** What an element is called by its own attributes alone. */
const ownName = (element: Element): string =>
  flat((attributeOf(element, 'aria-label') ?? attributeOf(element, 'title') ?? '').slice(0, MAX_NAME_CHARS));

/** The library asks for `labels`, whose getter visits the whole page for each element: while it works it finds what is known. */
function withLabels<T>(element: Element, labels: readonly Element[], work: () => T): T {
  if (!canHaveLabels(element)) return work();
  Object.defineProperty(element, 'labels', { value: labels, configurable: true });
  try {
    return work();
  } finally {
    delete (element as { labels?: unknown }).labels;
  }
}

const named = (element: Element, name: string): string => {
  const placeholder =
    !name && PLACEHOLDER_NAMES.has(roleOf(element) ?? '') ? attributeOf(element, 'placeholder') : null;
  return flat((name || (placeholder ?? '')).slice(0, MAX_NAME_CHARS));
};

/**
 * Accessible name (accname 1.2, by dom-accessibility-api) with white space flattened. dom-accessibility-api takes the values of
 * embedded fields into the name of what surrounds or references them: fields and masked elements count as hidden here.
 */
export function accessibleName(element: Element, masked: (element: Element) => boolean): string {
  const view = viewOf(documentOf(element));
  if (!view || masked(element)) return '';
  const labels = labelsOf(element);
  // Nothing stands in it that could be secret, long or in circles.
  const leaf = labels.length === 0 && !firstElementOf(element) && !tooLong(element);
  const plain = leaf ? plainName(element, view) : undefined;
  if (plain !== undefined) return named(element, plain);
  const secret = (other: Element, hops = 0): boolean =>
    other !== element &&
    (hops > MAX_HOPS || isField(other) || masked(other) || referenced(other).some((next) => secret(next, hops + 1)));
  const sources = [element, ...referenced(element), ...labels];
  if (sources.some((source) => secret(source))) return '';
  if (sources.reduce((sum, source) => sum + size(source), 0) > MAX_DESCENDANTS || sources.some(tooLong))
    return ownName(element);
  if (sources.some(ownsInCircles)) return ownName(element);
  // A form is called by its attributes alone, and its controls may hide all that the library would ask it for.
  if (sources.some((source) => localNameOf(source) === 'form' || byTag(source, 'form').length > 0))
    return ownName(element);
  const name =
    (labels.length === 0 ? plainName(element, view) : undefined) ??
    withLabels(element, labels, () =>
      computeAccessibleName(element, {
        getComputedStyle: (other, pseudo) =>
          secret(other) ? (HIDDEN as CSSStyleDeclaration) : view.getComputedStyle(other, pseudo),
      }),
    );
  return named(element, name);
}

/** Whether a person can see the element; true where the platform cannot tell. */
export const visible = (element: Element): boolean =>
  'checkVisibility' in Element.prototype
    ? checkVisibility(element, { checkVisibilityCSS: true, visibilityProperty: true })
    : !closest(element, '[hidden]');
