import { quote } from './quote.ts';

/** https://html.spec.whatwg.org/multipage/forms.html#category-label */
const LABELABLE = new Set(['button', 'input', 'meter', 'output', 'progress', 'select', 'textarea']);

export const canHaveLabels = (element: Element): boolean => LABELABLE.has(element.localName);

/** Labels of an element, in document order. The platform's own `labels` visits the whole page for each element asked. */
export function labelsOf(element: Element): Element[] {
  if (!canHaveLabels(element)) return [];
  const around = element.closest('label');
  const own = around?.control === element ? [around] : [];
  if (!element.id) return own;
  const root = element.getRootNode() as Document | ShadowRoot;
  // Of several elements with one id, a label means the first.
  const named = [...root.querySelectorAll<HTMLLabelElement>(`label[for=${quote(element.id)}]`)];
  const others = named.filter((label) => label !== around && label.control === element);
  const [first] = own;
  if (!first) return others;
  const before = others.filter((label) => first.compareDocumentPosition(label) & 2);
  return [...before, first, ...others.slice(before.length)];
}
