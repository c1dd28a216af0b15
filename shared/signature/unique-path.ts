import { tagSelector } from './quote.ts';

/** `div:nth-of-type(2)`: an element among its siblings, by structure only. */
export function nthOfType(element: Element): string {
  const tag = tagSelector(element);
  if (tag === '*') {
    let n = 1;
    for (let at = element.previousElementSibling; at; at = at.previousElementSibling) n += 1;
    return `:nth-child(${n})`;
  }
  let n = 1;
  for (let at = element.previousElementSibling; at; at = at.previousElementSibling)
    if (at.localName === element.localName && at.namespaceURI === element.namespaceURI) n += 1;
  return `${tag}:nth-of-type(${n})`;
}

/**
 * CSS path from the document, or from the host of each shadow root around it, joined by ` >> `; made of tags and places only,
 * and unique as long as the page stays as it is. For handing a verified element over to another context, not for keeping.
 */
export function uniquePath(element: Element): string {
  const steps: string[] = [];
  let at: Element = element;
  for (; at.parentElement; at = at.parentElement) steps.unshift(nthOfType(at));
  const root = at.getRootNode();
  if ('host' in root) {
    const inside = [':scope', nthOfType(at), ...steps].join(' > ');
    return `${uniquePath((root as ShadowRoot).host)} >> ${inside}`;
  }
  return [tagSelector(at), ...steps].join(' > ');
}
