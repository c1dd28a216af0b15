import {
  localNameOf,
  nextElementOf,
  parentElementOf,
  previousElementOf,
  queryAll,
  rootOf,
} from '../dom/unclobbered.ts';
import { tagSelector } from './quote.ts';
import { hostOf, shadowOf } from './roots.ts';

/**
 * `div:nth-of-type(2)`: an element among its siblings, by structure only; the bare tag where it is the only one.
 * @param known places of its siblings, as far as they are known, the element's to be added
 */
export function nthOfType(element: Element, known?: Map<Element, number>): string {
  const tag = tagSelector(element);
  const name = localNameOf(element);
  const like = (other: Element): boolean => tag === '*' || localNameOf(other) === name;
  const places = tag === '*' ? undefined : known;
  let place = 1;
  for (let at = previousElementOf(element); at; at = previousElementOf(at)) {
    if (!like(at)) continue;
    const before = places?.get(at);
    place += before ?? 1;
    if (before) break;
  }
  places?.set(element, place);
  if (tag === '*') return `:nth-child(${place})`;
  let alone = place === 1;
  for (let at = nextElementOf(element); at && alone; at = nextElementOf(at)) alone = !like(at);
  return alone ? tag : `${tag}:nth-of-type(${place})`;
}

/** Playwright's `>` goes on into shadow trees: a path past a host may also mean something in its shadow, which comes later. */
export const passesHost = (element: Element): boolean => {
  for (let at = parentElementOf(element); at; at = parentElementOf(at)) if (shadowOf(at)) return true;
  return false;
};

/**
 * CSS path from the document, or from the host of each shadow root around it, joined by ` >> `; made of tags and places only,
 * and unique as long as the page stays as it is. For handing a verified element over to another context, not for keeping.
 */
export function uniquePath(element: Element): string {
  const steps: string[] = [];
  let at: Element = element;
  for (let up = parentElementOf(at); up; up = parentElementOf(at)) {
    steps.push(nthOfType(at));
    at = up;
  }
  steps.reverse();
  const host = hostOf(rootOf(at));
  if (!host) return [tagSelector(at), ...steps].join(' > ') + (passesHost(element) ? ' >> nth=0' : '');
  const inside = [':scope', nthOfType(at), ...steps].join(' > ');
  // A host's light children answer to the same path, and come first.
  const before = queryAll(host, inside).length;
  return `${uniquePath(host)} >> ${inside}${before || passesHost(element) ? ` >> nth=${before}` : ''}`;
}
