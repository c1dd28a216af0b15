import {
  attributeNamesOf,
  attributeOf,
  firstChildOf,
  localNameOf,
  nextSiblingOf,
  nodeTypeOf,
} from '../dom/unclobbered.ts';

/** Other elements name it, are owned by it, or its role is not what its tag says. */
const ELSEWHERE = new Set(['aria-labelledby', 'aria-owns', 'role']);

/** All of its text where it holds nothing but text. */
function onlyText(element: Element): string | undefined {
  let text = '';
  for (let child = firstChildOf(element); child; child = nextSiblingOf(child)) {
    if (nodeTypeOf(child) === 3) text += (child as Text).data;
    else if (nodeTypeOf(child) !== 8) return undefined;
  }
  return text;
}

/** What a style sheet writes before or after the content. */
function generatedContent(view: Window, element: Element, pseudo: string): string {
  const content = view.getComputedStyle(element, pseudo).getPropertyValue('content');
  return /^["'].*["']$/.test(content) ? content.slice(1, -1) : '';
}

/**
 * Accessible name of a link or a button that holds nothing but text, or of one of these or an input that says itself what it is called;
 * as dom-accessibility-api computes it, which asks an element's role a dozen times over. Undefined for all others, and where an element
 * has labels this must not be asked.
 */
export function plainName(element: Element, view: Window): string | undefined {
  const tag = localNameOf(element);
  const names = attributeNamesOf(element);
  const link = tag === 'a' && names.includes('href');
  if (!(link || tag === 'button' || tag === 'input') || names.some((name) => ELSEWHERE.has(name))) return undefined;
  const said = (attributeOf(element, 'aria-label') ?? '').trim();
  const text = said || tag === 'input' ? said : onlyText(element)?.trim();
  if (!text) return undefined;
  const style = view.getComputedStyle(element);
  const hidden =
    names.includes('hidden') ||
    attributeOf(element, 'aria-hidden') === 'true' ||
    style.getPropertyValue('display') === 'none' ||
    style.getPropertyValue('visibility') === 'hidden';
  if (hidden) return '';
  const whole = said
    ? said
    : `${generatedContent(view, element, '::before')} ${text} ${generatedContent(view, element, '::after')}`;
  return whole.trim().replace(/\s\s+/g, ' ');
}
