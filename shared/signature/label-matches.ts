import { boundedText } from '../dom/bounded-text.ts';
import { attributeOf, queryAll, queryFirst, rootOf } from '../dom/unclobbered.ts';
import type { ReadContext } from './context.ts';
import { canHaveLabels } from './labels.ts';
import { flat } from './name.ts';
import { quote } from './quote.ts';
import type { Root } from './roots.ts';
import { textOf } from './text.ts';

/** Labels and labelled elements looked at for one question, nodes of their texts, and characters of one. */
const MAX_LABELS = 1000;
const MAX_VISITS = 20_000;
const MAX_TEXT_CHARS = 1000;
const MAX_REFERENCES = 8;

/** Within a label, what Playwright reads in another way than other text. */
const READ_OTHERWISE = 'script,noscript,style,input[type=submit],input[type=button],slot';

/** Elements that name another, by what their labels point to: https://www.w3.org/TR/accname-1.2/#comp_labelledby */
function referenced(element: Element): Element[] {
  const ids = attributeOf(element, 'aria-labelledby')?.match(/[^\t\n\f\r ]+/g) ?? [];
  return ids.slice(0, MAX_REFERENCES).flatMap((id) => [...queryAll(rootOf(element), `[id=${quote(id)}]`)].slice(0, 1));
}

/**
 * Elements that Playwright's `getByLabel(text, { exact: true })` names: of which a label's text, or else `aria-label`, is `text`;
 * `aria-labelledby` comes before both. Empty where that cannot be told with little work.
 */
export function labelMatches(roots: readonly Root[], text: string): Element[] {
  const costs = { left: MAX_VISITS };
  const says = (element: Element): boolean => {
    const read = boundedText(element, MAX_TEXT_CHARS, costs);
    const said = flat(read.text);
    unsure ||= (read.cut && said.length <= text.length) || queryFirst(element, READ_OTHERWISE) !== null;
    return said === text;
  };
  const found = new Set<Element>();
  let looked = 0;
  let unsure = false;
  for (const root of roots) {
    for (const label of queryAll(root, 'label')) {
      looked += 1;
      if (looked > MAX_LABELS || costs.left <= 0) return [];
      const { control } = label as HTMLLabelElement;
      if (
        !control ||
        !canHaveLabels(control) ||
        referenced(control).length ||
        flat(attributeOf(control, 'aria-label') ?? '')
      )
        continue;
      if (says(label)) found.add(control);
    }
    for (const element of queryAll(root, '[aria-label],[aria-labelledby]')) {
      looked += 1;
      if (looked > MAX_LABELS || costs.left <= 0) return [];
      const by = referenced(element);
      if (by.length ? by.some(says) : flat(attributeOf(element, 'aria-label') ?? '') === text) found.add(element);
    }
  }
  return unsure ? [] : [...found];
}

/** The text of a label as it may be written; undefined where some of it must not be read. */
export function labelText(label: Element, ctx: Pick<ReadContext, 'masked'>): string | undefined {
  const text = flat(boundedText(label, MAX_TEXT_CHARS).text);
  return textOf(label, { masked: ctx.masked, maxChars: MAX_TEXT_CHARS }).replaceAll(' ', '') ===
    text.replaceAll(' ', '')
    ? text
    : undefined;
}
