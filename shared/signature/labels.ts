import { quote } from './quote.ts';

/** https://html.spec.whatwg.org/multipage/forms.html#category-label */
const LABELABLE = new Set(['button', 'input', 'meter', 'output', 'progress', 'select', 'textarea']);

/** Labels of an element, in document order. The platform's own `labels` visits the whole page for each element asked. */
export function labelsOf(element: Element): Element[] {
  if (!LABELABLE.has(element.localName)) return [];
  const around = element.closest('label');
  const own = around?.control === element ? [around] : [];
  if (!element.id) return own;
  const root = element.getRootNode() as Document | ShadowRoot;
  // Of several elements with one id, a label means the first.
  const named = [...root.querySelectorAll<HTMLLabelElement>(`label[for=${quote(element.id)}]`)];
  return [...own, ...named.filter((label) => label !== around && label.control === element)];
}
