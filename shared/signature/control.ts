import { closest, hasAttributes, localNameOf, matches } from '../dom/unclobbered.ts';
import { closestOf } from './roots.ts';

const ROLES = [
  'button',
  'link',
  'checkbox',
  'radio',
  'switch',
  'tab',
  'menuitem',
  'menuitemcheckbox',
  'menuitemradio',
  'option',
  'treeitem',
  'combobox',
  'textbox',
  'searchbox',
  'slider',
  'spinbutton',
];
/** Elements that are one thing to the person who uses them, whatever is drawn inside. */
const WHOLE =
  'button,a[href],area[href],summary,label,[role=button],[role=link],[role=tab],[role=menuitem],[role=checkbox],[role=switch]';
const EDITABLE = '[contenteditable=""],[contenteditable=true],[contenteditable=plaintext-only]';
const OTHER = `input,select,textarea,option,${EDITABLE},${ROLES.map((role) => `[role=${role}]`).join()}`;
/** A dialog with tabindex=-1 takes the focus, but nobody clicks it. */
const WEAK = '[onclick]:not(body,html),[tabindex]:not([tabindex^="-"],body,html)';

/** Selector of everything that `controlOf` lifts to. */
export const CONTROLS = `${WHOLE},${OTHER},${WEAK}`;
/** What the selector names by the tag alone. */
const BY_TAG = new Set(['button', 'summary', 'label', 'input', 'select', 'textarea', 'option']);

/** Whether the selector matches it: most elements of a page have neither such a tag nor an attribute, and it is a long one. */
export const isControl = (element: Element, tag: string = localNameOf(element)): boolean =>
  BY_TAG.has(tag) || (hasAttributes(element) && matches(element, CONTROLS));

/**
 * The control that an event's target belongs to: the icon in a button is the button, a label its field, text in an editor
 * the editor, an option its select. The element itself where it is in no control.
 */
export function controlOf(element: Element): Element {
  const hit = closestOf(element, CONTROLS);
  if (!hit) return element;
  if (localNameOf(hit) === 'option') return closest(hit, 'select') ?? hit;
  const whole = matches(hit, `${WHOLE},${OTHER}`) ? hit : (closestOf(hit, WHOLE) ?? hit);
  return (localNameOf(whole) === 'label' && (whole as HTMLLabelElement).control) || whole;
}
