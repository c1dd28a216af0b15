import { attributeOf, byTag, closest, localNameOf, nodeTypeOf, queryAll, rootOf } from '../dom/unclobbered.ts';
import { quote } from './quote.ts';

/** https://html.spec.whatwg.org/multipage/forms.html#category-label */
const LABELABLE = new Set(['button', 'input', 'meter', 'output', 'progress', 'select', 'textarea']);
/** Nobody writes a longer one for a label to name. */
const MAX_ID_CHARS = 256;

export const canHaveLabels = (element: Element): boolean => LABELABLE.has(localNameOf(element));

/** Labels of an element, in document order. The platform's own `labels` visits the whole page for each element asked. */
export function labelsOf(element: Element): Element[] {
  if (!canHaveLabels(element)) return [];
  const around = closest(element, 'label') as HTMLLabelElement | null;
  const own = around?.control === element ? [around] : [];
  const id = attributeOf(element, 'id');
  if (!id || id.length > MAX_ID_CHARS) return own;
  const root = rootOf(element);
  // Documents keep their labels, and every other query visits the page.
  const named = nodeTypeOf(root) === 9 ? byTag(root, 'label') : queryAll(root, `label[for=${quote(id)}]`);
  const others: HTMLLabelElement[] = [];
  for (let at = 0; at < named.length; at += 1) {
    const label = named[at] as HTMLLabelElement;
    // Of several elements with one id, a label means the first.
    if (label !== around && attributeOf(label, 'for') === id && label.control === element) others.push(label);
  }
  const [first] = own;
  if (!first) return others;
  const before = others.filter((label) => first.compareDocumentPosition(label) & 2);
  return [...before, first, ...others.slice(before.length)];
}
