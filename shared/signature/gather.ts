import { contains, rootOf } from '../dom/unclobbered.ts';
import type { ElementIdentity } from '../protocol/schema.ts';
import { testIdOf } from './attributes.ts';
import type { ReadContext, SealContext } from './context.ts';
import { identityOf } from './element.ts';
import { type Candidates, reachable, wasInPlace } from './model.ts';
import type { Standing } from './model-features.ts';
import { statisticsOf } from './model-statistics.ts';
import { roleOf } from './name.ts';
import { usageOf } from './observe-element.ts';
import { overlap } from './overlap.ts';
import { plausible } from './plausible.ts';
import { type Reading, read } from './reading.ts';
import type { Hit } from './recorded-selectors.ts';
import { hostOf, type Root } from './roots.ts';
import { sameClass } from './same-class.ts';
import { alike } from './twins.ts';
import { SAME_BOX } from './weights.ts';

/** All that could be the wanted control, as the model compares it. */
export interface Gathered extends Candidates {
  readonly elements: readonly Element[];
  /** Elements of the wanted role and name; empty where there are none, or too many. */
  readonly twins: readonly Element[];
}

/** Also through the hosts of shadow roots. */
function within(inner: Element, outer: Element): boolean {
  for (let at: Element | null = inner; at; at = hostOf(rootOf(at))) if (contains(outer, at)) return true;
  return false;
}

/** Those of the wanted role and name, as they were counted when it was recorded. */
function twinsOf(
  wanted: ElementIdentity,
  candidates: readonly { readonly reading: Reading; readonly identity: ElementIdentity }[],
  roots: readonly Root[],
  ctx: ReadContext,
): readonly Element[] {
  const like = candidates.find(
    ({ identity: { role, tag, name_hash } }) =>
      name_hash === wanted.name_hash && role === wanted.role && (role !== undefined || tag === wanted.tag),
  );
  if (!like || !wasInPlace(wanted)) return [];
  const { twins, crowded } = alike(like.reading, roots, ctx);
  return crowded ? [] : twins;
}

/** Reads what is plausible in full. */
export function gather(
  wanted: ElementIdentity,
  hits: readonly Hit[],
  roots: readonly Root[],
  ctx: ReadContext & SealContext,
  found = plausible(wanted, hits, roots, ctx),
): Gathered {
  // Asked first: to read one in full takes longer than all that tells whether it can be the same at all.
  const possible = (element: Element): boolean =>
    sameClass(wanted, { ...usageOf(element, roleOf(element), ctx), test_id: testIdOf(element, ctx) });
  const candidates = found.elements
    .filter(possible)
    .map((element) => read(element, ctx))
    .map((reading) => ({ reading, identity: identityOf(reading, ctx) }))
    .filter(({ identity }) => reachable(identity));
  const elements = candidates.map(({ reading }) => reading.element);
  const identities = candidates.map(({ identity }) => identity);
  const twins = twinsOf(wanted, candidates, roots, ctx);
  const leadsTo = (element: Element, byPlace: boolean): boolean =>
    hits.some((hit) => hit.byPlace === byPlace && hit.element === element);
  const standings = elements.map((element): Standing => {
    const index = twins.indexOf(element);
    const among = index < 0 ? {} : { index, count: twins.length };
    return { ...among, selector: leadsTo(element, false), position: leadsTo(element, true) };
  });
  /** Wrapper, inner text and what covers the same place are one control. */
  const related = (a: number, b: number): boolean => {
    if (within(elements[a]!, elements[b]!) || within(elements[b]!, elements[a]!)) return true;
    const [one, other] = [identities[a]!.box, identities[b]!.box];
    return one !== undefined && other !== undefined && overlap(one, other) >= SAME_BOX;
  };
  const page = { ...statisticsOf(identities), name: found.name };
  return { elements, identities, standings, related, page, twins };
}
