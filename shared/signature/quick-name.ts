import { boundedText } from '../dom/bounded-text.ts';
import { attributeOf, localNameOf } from '../dom/unclobbered.ts';
import { isField } from './name.ts';

const MAX_TEXT = 200;
const BUTTONS = /^(submit|button|reset)$/i;

/** Text that an element's name is most likely made of, without computing the name. */
export function quickName(element: Element): string {
  const said = attributeOf(element, 'aria-label');
  const text = said ?? (isField(element) ? attributeOf(element, 'placeholder') : boundedText(element, MAX_TEXT).text);
  if (text?.trim()) return text.slice(0, MAX_TEXT);
  const named = attributeOf(element, 'title') ?? attributeOf(element, 'alt') ?? '';
  const button = localNameOf(element) === 'input' && BUTTONS.test(attributeOf(element, 'type') ?? '');
  return (named || (button ? attributeOf(element, 'value') : '') || '').slice(0, MAX_TEXT);
}
