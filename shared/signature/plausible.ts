import type { ElementIdentity } from '../protocol/schema.ts';
import { agreeing } from './agreeing.ts';
import type { ReadContext, SealContext } from './context.ts';
import { CONTROLS } from './control.ts';
import { diceWith } from './dice.ts';
import { hashWords } from './hash.ts';
import { marksOf } from './marks.ts';
import { type Telling, telling } from './model-statistics.ts';
import { visible } from './name.ts';
import { type Known, memoryOf, type PageMemory } from './page-memory.ts';
import { quickName } from './quick-name.ts';
import type { Hit } from './recorded-selectors.ts';
import { ROLE_TAGS, roleSelector } from './role-sources.ts';
import { queryRoots, type Root } from './roots.ts';
import { isDrawn } from './same-class.ts';
import { tagPath } from './surroundings.ts';

/** Elements that are looked at, those of them that are looked at more closely, and those that are compared in full. */
const MAX_SCANNED = 3000;
const MAX_CLOSER = 96;
const MAX_COMPARED = 24;

export interface Plausible {
  /** Visible, likeliest first. */
  readonly elements: readonly Element[];
  /** False when the page has more of this role than can be looked at. */
  readonly complete: boolean;
  /** How telling a word of a name is among all that were looked at. */
  readonly name: Telling;
}

/** Everything of its role or tag, since `sameClass` takes nothing else; what is drawn by script may have become any other such. */
function ofItsKind({ role, tag }: ElementIdentity): string {
  // Recorded where nobody saw a DOM the tag is any; its role then says what it is.
  const css = !role ? tag : tag === '*' ? roleSelector(role) : `${roleSelector(role)},${tag}`;
  return isDrawn({ role, tag }) ? `${css},${CONTROLS}` : css;
}

function allOfItsKind(identity: ElementIdentity, roots: readonly Root[], memory?: PageMemory): readonly Element[] {
  const css = ofItsKind(identity);
  const find = () => queryRoots(roots, css, MAX_SCANNED + 1);
  const kept = memory && ROLE_TAGS.has(identity.tag) && !isDrawn(identity);
  return kept ? memory.listed(css, find).map(({ element }) => element) : find();
}

/**
 * Elements that could be the one with this identity, at most 24, chosen by what is cheap to read: what its selectors lead to,
 * and all of its kind. Marks and tags around are read of those only that could be it by all else.
 */
export function plausible(
  identity: ElementIdentity,
  hits: readonly Hit[],
  roots: readonly Root[],
  ctx: ReadContext & SealContext,
): Plausible {
  const memory = memoryOf(roots);
  const alike = allOfItsKind(identity, roots, memory);
  const leadTo = hits.map(({ element }) => element);
  const looked = [...new Set([...leadTo, ...alike])].slice(0, MAX_SCANNED);
  const known = new Map<string, readonly string[]>();
  /** Neither masked nor scrubbed, which would take longer than all the rest: what is compared in full is, and nothing of this is kept. */
  const hashed = (text: string): readonly string[] => {
    const hit = known.get(text) ?? hashWords(ctx.key, text);
    known.set(text, hit);
    return hit;
  };
  const key = ctx.key.join();
  const wordsOf = (one: Known): readonly string[] => {
    if (one.words?.key !== key) one.words = { key, hashed: hashed(quickName(one.element)) };
    return one.words.hashed;
  };
  const score = agreeing(identity, hits, ctx);
  const likeMarks = diceWith(identity.mark_words ?? []);
  const closer = (element: Element): number => {
    const marks = identity.mark_words ? likeMarks(hashed(marksOf(element, ctx))) : 0;
    return marks + (tagPath(element) === identity.path ? 0.5 : 0);
  };
  const scored = looked.map((element, at) => {
    const known = memory?.of(element) ?? { element };
    const words = wordsOf(known);
    return { element, words, at, score: score(known, words) };
  });
  const name = telling(scored.map(({ words }) => words));
  scored.sort((a, b) => b.score - a.score || a.at - b.at);
  const seen: (typeof scored)[number][] = [];
  for (const one of scored) {
    if (seen.length > MAX_CLOSER) break;
    if (visible(one.element)) seen.push(one);
  }
  const near = seen
    .slice(0, MAX_CLOSER)
    .map((one) => ({ ...one, score: one.score + closer(one.element) }))
    .sort((a, b) => b.score - a.score || a.at - b.at);
  const cut = near[MAX_COMPARED] ?? seen[MAX_CLOSER];
  const tied = cut !== undefined && cut.score >= near[0]!.score;
  return {
    elements: near.slice(0, MAX_COMPARED).map(({ element }) => element),
    complete: alike.length <= MAX_SCANNED && !tied,
    name,
  };
}
