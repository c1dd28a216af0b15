import type { ElementIdentity } from '../protocol/schema.ts';
import { agreeing, SAME_TAG } from './agreeing.ts';
import { bestFirst, byScore, type Scored } from './best-first.ts';
import type { ReadContext, SealContext } from './context.ts';
import { CONTROLS } from './control.ts';
import { diceWith } from './dice.ts';
import { hashWords } from './hash.ts';
import { marksOf } from './marks.ts';
import { rarity, type Telling } from './model-statistics.ts';
import { visible } from './name.ts';
import { type Known, memoryOf } from './page-memory.ts';
import { quickName } from './quick-name.ts';
import type { Hit } from './recorded-selectors.ts';
import { ROLE_TAGS, roleSelector } from './role-sources.ts';
import { queryRoots, type Root } from './roots.ts';
import { isDrawn } from './same-class.ts';
import { tagPath } from './surroundings.ts';
import { wordIndex } from './word-index.ts';

/** Elements that are looked at, those of them that are looked at more closely, and those that are compared in full. */
const MAX_SCANNED = 3000;
const MAX_CLOSER = 96;
const MAX_COMPARED = 24;
/** What an element with the same tags around it is worth. */
const SAME_PATH = 0.5;

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

/** The visible ones that score best with what `closer` adds, `most` at the most: of the first 96. */
function best(ordered: Iterable<Scored>, closer: (element: Element) => number, most: number): readonly Scored[] {
  const near: Scored[] = [];
  let looked = 0;
  for (const one of ordered) {
    const last = near[MAX_COMPARED];
    if (looked === MAX_CLOSER || (last && byScore(last, { ...one, score: one.score + most }) < 0)) break;
    if (!visible(one.known.element)) continue;
    looked += 1;
    const scored = { ...one, score: one.score + closer(one.known.element) };
    let turn = near.length;
    while (turn > 0 && byScore(near[turn - 1]!, scored) > 0) turn -= 1;
    near.splice(turn, 0, scored);
    if (near.length > MAX_COMPARED + 1) near.pop();
  }
  return near;
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
  const hashes = new Map<string, readonly string[]>();
  /** Neither masked nor scrubbed, which would take longer than all the rest: what is compared in full is, and nothing of this is kept. */
  const hashed = (text: string): readonly string[] => {
    const hit = hashes.get(text) ?? hashWords(ctx.key, text, undefined, ctx.hashes);
    hashes.set(text, hit);
    return hit;
  };
  const key = ctx.key.join();
  const wordsOf = (one: Known): readonly string[] => {
    if (one.words?.key !== key) one.words = { key, hashed: hashed(quickName(one.element)) };
    return one.words.hashed;
  };
  const css = ofItsKind(identity);
  const find = () => queryRoots(roots, css, MAX_SCANNED + 1);
  const listed = ROLE_TAGS.has(identity.tag) && !isDrawn(identity) ? memory?.listed(css, find) : undefined;
  const { list, tags, words, places } = wordIndex(css, { memory, listed, find, wordsOf, key });
  const wanted = new Set(identity.name_words ?? identity.text_words);
  const shared = new Uint16Array(list.length);
  for (const word of wanted) for (const at of places.get(word) ?? []) shared[at]! += 1;
  const named = (common: number, of: number): number => (common > 0 ? 2 * ((2 * common) / (wanted.size + of)) : 0);
  const { most, of: agrees } = agreeing(identity, hits, ctx);

  const leadTo = [...new Set(hits.map(({ element }) => element))].map((element) => memory?.of(element) ?? { element });
  const ledTo = new Set(leadTo.map(({ element }) => element));
  const others: (readonly string[])[] = [];
  const first = leadTo.map((known, at): Scored => {
    const own = wordsOf(known);
    if (!list.some(({ element }) => element === known.element)) others.push(own);
    return {
      known,
      at: at - leadTo.length,
      score: agrees(known, named(own.filter((word) => wanted.has(word)).length, own.length)),
    };
  });
  const groups = new Map<number, number[]>();
  for (let at = 0; at < list.length; at += 1) {
    if (ledTo.size > 0 && ledTo.has(list[at]!.element)) continue;
    const least = named(shared[at]!, words[at]!.length) + (tags[at] === identity.tag ? SAME_TAG : 0);
    const group = groups.get(least);
    if (group) group.push(at);
    else groups.set(least, [at]);
  }
  const scored = (at: number): Scored => {
    const known = list[at]!;
    return { known, at, score: agrees(known, named(shared[at]!, words[at]!.length)) };
  };
  const likeMarks = diceWith(identity.mark_words ?? []);
  const closer = (element: Element): number => {
    const marks = identity.mark_words ? likeMarks(hashed(marksOf(element, ctx))) : 0;
    return marks + (tagPath(element) === identity.path ? SAME_PATH : 0);
  };
  const near = best(bestFirst(first, groups, most, scored), closer, (identity.mark_words ? 1 : 0) + SAME_PATH);
  const cut = near[MAX_COMPARED];
  const count = (word: string): number =>
    (places.get(word)?.length ?? 0) + others.filter((own) => own.includes(word)).length;
  return {
    elements: near.slice(0, MAX_COMPARED).map(({ known }) => known.element),
    complete: list.length <= MAX_SCANNED && !(cut && cut.score >= near[0]!.score),
    name: rarity(list.length + others.length, count),
  };
}
