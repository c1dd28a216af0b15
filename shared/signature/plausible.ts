import { boundedText } from '../dom/bounded-text.ts';
import { attributeOf, localNameOf } from '../dom/unclobbered.ts';
import type { ElementIdentity } from '../protocol/schema.ts';
import { hrefPath, tellingClasses, testIdOf } from './attributes.ts';
import type { ReadContext, SealContext } from './context.ts';
import { CONTROLS } from './control.ts';
import { dice } from './dice.ts';
import { hashWords } from './hash.ts';
import { type Telling, telling } from './model-statistics.ts';
import { visible } from './name.ts';
import { roleSelector } from './named.ts';
import { openRoots, queryRoots, type Root } from './roots.ts';

/** Elements that are looked at, and those of them that are compared in full. */
const MAX_SCANNED = 3000;
const MAX_COMPARED = 24;
const MAX_TEXT = 200;
const BUTTONS = /^(submit|button|reset)$/i;

/** Text that an element's name is most likely made of, without computing the name. */
function quickName(element: Element): string {
  const said = attributeOf(element, 'aria-label');
  const field = localNameOf(element) === 'input';
  const text = said ?? (field ? attributeOf(element, 'placeholder') : boundedText(element, MAX_TEXT).text);
  if (text?.trim()) return text.slice(0, MAX_TEXT);
  const named = attributeOf(element, 'title') ?? attributeOf(element, 'alt') ?? '';
  return (
    named ||
    (field && BUTTONS.test(attributeOf(element, 'type') ?? '') ? attributeOf(element, 'value') : '') ||
    ''
  ).slice(0, MAX_TEXT);
}

export interface Plausible {
  /** Visible, likeliest first. */
  readonly elements: readonly Element[];
  /** False when the page has more of this role than can be looked at. */
  readonly complete: boolean;
  /** How telling a word of a name is among all that were looked at. */
  readonly name: Telling;
}

/**
 * Elements that could be the one with this identity, at most 24, chosen by what is cheap to read: all of its role or tag, and
 * other controls, since a button may have become a link.
 */
export function plausible(identity: ElementIdentity, root: Root, ctx: ReadContext & SealContext): Plausible {
  const roots = openRoots(root);
  const css = identity.role ? `${roleSelector(identity.role)},${identity.tag}` : identity.tag;
  const alike = queryRoots(roots, css, MAX_SCANNED + 1);
  const looked = [...new Set([...alike, ...queryRoots(roots, CONTROLS, MAX_SCANNED)])].slice(0, MAX_SCANNED);
  const known = new Map<string, readonly string[]>();
  const wordsOf = (element: Element): readonly string[] => {
    if (ctx.masked(element)) return [];
    const text = quickName(element);
    const hit = known.get(text) ?? hashWords(ctx.key, ctx.scrub(text));
    known.set(text, hit);
    return hit;
  };
  const wanted = identity.name_words ?? identity.text_words ?? [];
  const score = (element: Element, words: readonly string[]): number => {
    let sum = wanted.length && words.length ? 2 * dice(wanted, words) : 0;
    if (identity.test_id && testIdOf(element, ctx)?.value === identity.test_id.value) sum += 2;
    if (identity.id !== undefined && attributeOf(element, 'id') === identity.id) sum += 2;
    if (identity.name_attr !== undefined && attributeOf(element, 'name') === identity.name_attr) sum += 1;
    if (identity.href !== undefined && hrefPath(element, ctx) === identity.href) sum += 1;
    if (identity.classes) sum += dice(identity.classes, tellingClasses(element, ctx)) / 2;
    if (localNameOf(element) === identity.tag) sum += 0.25;
    return sum;
  };
  const scored = looked.map((element, at) => {
    const words = wordsOf(element);
    return { element, words, at, score: score(element, words) };
  });
  const name = telling(scored.map(({ words }) => words));
  scored.sort((a, b) => b.score - a.score || a.at - b.at);
  const seen = scored.filter(({ element }) => visible(element));
  const cut = seen[MAX_COMPARED];
  const tied = cut !== undefined && cut.score >= seen[0]!.score;
  return {
    elements: seen.slice(0, MAX_COMPARED).map(({ element }) => element),
    complete: alike.length <= MAX_SCANNED && !tied,
    name,
  };
}
