import { tagSelector } from './quote.ts';
import { hostOf } from './roots.ts';

/** `div:nth-of-type(2)`: an element among its siblings, by structure only; the bare tag where it is the only one. */
export function nthOfType(element: Element): string {
  const tag = tagSelector(element);
  const like = (other: Element): boolean => tag === '*' || other.localName === element.localName;
  let place = 1;
  for (let at = element.previousElementSibling; at; at = at.previousElementSibling) if (like(at)) place += 1;
  if (tag === '*') return `:nth-child(${place})`;
  let alone = place === 1;
  for (let at = element.nextElementSibling; at && alone; at = at.nextElementSibling) alone = !like(at);
  return alone ? tag : `${tag}:nth-of-type(${place})`;
}

/** Playwright's `>` goes on into shadow trees: a path past a host may also mean something in its shadow, which comes later. */
export const passesHost = (element: Element): boolean => {
  for (let at = element.parentElement; at; at = at.parentElement) if (at.shadowRoot) return true;
  return false;
};

/**
 * CSS path from the document, or from the host of each shadow root around it, joined by ` >> `; made of tags and places only,
 * and unique as long as the page stays as it is. For handing a verified element over to another context, not for keeping.
 */
export function uniquePath(element: Element): string {
  const steps: string[] = [];
  let at: Element = element;
  for (; at.parentElement; at = at.parentElement) steps.unshift(nthOfType(at));
  const host = hostOf(at.getRootNode());
  if (!host) return [tagSelector(at), ...steps].join(' > ') + (passesHost(element) ? ' >> nth=0' : '');
  const inside = [':scope', nthOfType(at), ...steps].join(' > ');
  // A host's light children answer to the same path, and come first.
  const before = host.querySelectorAll(inside).length;
  return `${uniquePath(host)} >> ${inside}${before || passesHost(element) ? ` >> nth=${before}` : ''}`;
}
