import { computeAccessibleName, getRole } from 'dom-accessibility-api';
import { canHaveLabels, labelsOf } from './labels.ts';

const BUTTON_TYPES = new Set(['button', 'submit', 'reset', 'image']);
const FIELD_TAGS = new Set(['textarea', 'select']);
const FIELD_ROLES = new Set(['textbox', 'searchbox', 'combobox', 'listbox', 'spinbutton', 'slider']);

/** Whether a person types or chooses into the element: then its content is data, never part of a name or a text. */
export function isField(element: Element): boolean {
  if (element.localName === 'input') return !BUTTON_TYPES.has((element as HTMLInputElement).type);
  if (FIELD_TAGS.has(element.localName) || FIELD_ROLES.has(element.getAttribute('role') ?? '')) return true;
  return (element.getAttribute('contenteditable') ?? 'false') !== 'false';
}

/** Above this many descendants a name from content says nothing and costs milliseconds. */
const MAX_DESCENDANTS = 150;
const MAX_NAME_CHARS = 300;
/** Roles of text fields, which a placeholder names when nothing else does (html-aam 1.0, 4.1.1). */
const PLACEHOLDER_NAMES = new Set(['textbox', 'searchbox']);
const HIDDEN = { getPropertyValue: (property: string) => (property === 'display' ? 'none' : '') };

/** ARIA role, explicit or implied; undefined where there is none. Password fields are text fields, as Playwright has it. */
export function roleOf(element: Element): string | undefined {
  const role = getRole(element) ?? ((element as HTMLInputElement).type === 'password' ? 'textbox' : undefined);
  return role && /^[a-z-]{1,64}$/i.test(role) ? role.toLowerCase() : undefined;
}

/** White space as Playwright compares it. */
export const flat = (text: string): string =>
  text
    .replace(/[\u200b\u00ad]/g, '')
    .replace(/\s+/g, ' ')
    .trim();

/** A name without the glyphs of icon fonts (private use area), which are drawing, not text. */
export const withoutGlyphs = (name: string): string => flat(name.replace(/[\ue000-\uf8ff]/g, ' '));

const referenced = (element: Element): Element[] => {
  const root = element.getRootNode() as Document | ShadowRoot;
  const ids = element.getAttribute('aria-labelledby')?.split(/\s+/) ?? [];
  return ids.map((id) => root.getElementById?.(id) ?? null).filter((hit) => hit !== null);
};

const size = (element: Element): number => element.getElementsByTagName('*').length;

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

/**
 * Accessible name (accname 1.2, by dom-accessibility-api) with white space flattened. dom-accessibility-api takes the values of
 * embedded fields into the name of what surrounds or references them: fields and masked elements count as hidden here.
 */
export function accessibleName(element: Element, masked: (element: Element) => boolean): string {
  const view = element.ownerDocument.defaultView;
  if (!view || masked(element)) return '';
  const secret = (other: Element): boolean =>
    other !== element && (isField(other) || masked(other) || referenced(other).some(secret));
  const labels = labelsOf(element);
  const sources = [element, ...referenced(element), ...labels];
  if (sources.some((source) => secret(source))) return '';
  if (sources.reduce((sum, source) => sum + size(source), 0) > MAX_DESCENDANTS)
    return flat((element.getAttribute('aria-label') ?? element.getAttribute('title') ?? '').slice(0, MAX_NAME_CHARS));
  const name = withLabels(element, labels, () =>
    computeAccessibleName(element, {
      getComputedStyle: (other, pseudo) =>
        secret(other) ? (HIDDEN as CSSStyleDeclaration) : view.getComputedStyle(other, pseudo),
    }),
  );
  const placeholder = PLACEHOLDER_NAMES.has(roleOf(element) ?? '') ? element.getAttribute('placeholder') : null;
  return flat((name || (placeholder ?? '')).slice(0, MAX_NAME_CHARS));
}

/** Whether a person can see the element; true where the platform cannot tell. */
export const visible = (element: Element): boolean =>
  element.checkVisibility?.({ checkVisibilityCSS: true, visibilityProperty: true }) ?? !element.closest('[hidden]');
