import { boundedText } from '../dom/bounded-text.ts';
import { attributeOf, localNameOf } from '../dom/unclobbered.ts';
import type { ElementIdentity } from '../protocol/schema.ts';
import { testIdOf } from './attributes.ts';
import type { ReadContext, SealContext } from './context.ts';
import { dice } from './dice.ts';
import { hashWords } from './hash.ts';
import { visible } from './name.ts';
import { roleSelector } from './named.ts';
import { openRoots, queryRoots, type Root } from './roots.ts';

/** Elements of the right role that are looked at, and those of them that are compared in full. */
const MAX_SCANNED = 3000;
const MAX_COMPARED = 24;
const MAX_TEXT = 200;

/** Text that an element's name is most likely made of, without computing the name. */
const quickName = (element: Element): string =>
  (
    attributeOf(element, 'aria-label') ??
    (localNameOf(element) === 'input'
      ? (attributeOf(element, 'placeholder') ?? '')
      : boundedText(element, MAX_TEXT).text)
  ).slice(0, MAX_TEXT);

/**
 * Visible elements that could be the one with this identity, likeliest first, at most 24; chosen by what is cheap to read.
 * `complete` is false when the page has more of this role than can be looked at.
 */
export function plausible(
  identity: ElementIdentity,
  root: Root,
  ctx: ReadContext & SealContext,
): { elements: Element[]; complete: boolean } {
  const css = identity.role ? `${roleSelector(identity.role)},${identity.tag}` : identity.tag;
  const all = queryRoots(openRoots(root), css, MAX_SCANNED + 1);
  const known = new Map<string, readonly string[]>();
  const wordsOf = (text: string): readonly string[] => {
    const hit = known.get(text) ?? hashWords(ctx.key, ctx.scrub(text));
    known.set(text, hit);
    return hit;
  };
  const wanted = identity.name_words ?? identity.text_words ?? [];
  const score = (element: Element): number => {
    let sum = wanted.length && !ctx.masked(element) ? 2 * dice(wanted, wordsOf(quickName(element))) : 0;
    if (identity.test_id && testIdOf(element, ctx)?.value === identity.test_id.value) sum += 2;
    if (identity.id !== undefined && attributeOf(element, 'id') === identity.id) sum += 2;
    if (identity.name_attr !== undefined && attributeOf(element, 'name') === identity.name_attr) sum += 1;
    return sum;
  };
  const scored = all.slice(0, MAX_SCANNED).map((element, at) => ({ element, at, score: score(element) }));
  scored.sort((a, b) => b.score - a.score || a.at - b.at);
  const seen = scored.filter(({ element }) => visible(element));
  const cut = seen[MAX_COMPARED];
  const tied = cut !== undefined && cut.score >= seen[0]!.score;
  return {
    elements: seen.slice(0, MAX_COMPARED).map(({ element }) => element),
    complete: all.length <= MAX_SCANNED && !tied,
  };
}
