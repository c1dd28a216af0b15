import type { ElementIdentity, VerifyOutcome } from '../protocol/schema.ts';
import type { ReadContext, SealContext } from './context.ts';
import { identityOf } from './element.ts';
import { decide, reachable } from './model.ts';
import { sameHandle } from './model-handle.ts';
import { statisticsOf } from './model-statistics.ts';
import { overlap } from './overlap.ts';
import { placeAgrees } from './place-agrees.ts';
import { plausible } from './plausible.ts';
import { type Reading, read } from './reading.ts';
import { parentOf, type Root } from './roots.ts';
import { sameClass } from './same-class.ts';
import { placeAgreement } from './similarity.ts';
import { SAME_BOX, SAME_PLACE } from './weights.ts';

interface Candidate {
  readonly reading: Reading;
  readonly identity: ElementIdentity;
}

export type Searched =
  | { readonly outcome: 'found'; readonly element: Element; readonly confidence: number }
  | { readonly outcome: Extract<VerifyOutcome, 'not_found' | 'ambiguous'>; readonly reason: string };

function within(inner: Element, outer: Element): boolean {
  for (let at: Element | null = inner; at; at = parentOf(at)) if (at === outer) return true;
  return false;
}

/** Wrapper, inner text and what covers the same place are one control. */
function oneControl(a: Candidate, b: Candidate): boolean {
  if (within(a.reading.element, b.reading.element) || within(b.reading.element, a.reading.element)) return true;
  const [one, other] = [a.identity.box, b.identity.box];
  return one !== undefined && other !== undefined && overlap(one, other) >= SAME_BOX;
}

/** Look-alikes, which their places have to tell apart. */
const twins = ({ identity: a }: Candidate, { identity: b }: Candidate): boolean =>
  sameClass(a, b) && a.name_hash === b.name_hash && (a.name_hash !== undefined || a.tag === b.tag);

/**
 * Whether a name that only holds the same words is the old one changed: a control of nearly this name may have stood on the page all
 * the time, so a handle, the address or what stands around it has to agree too.
 */
function renamed(wanted: ElementIdentity, found: ElementIdentity): boolean {
  if (wanted.name_hash === found.name_hash || sameHandle(wanted, found) === 1) return true;
  if (wanted.href !== undefined && wanted.href === found.href) return true;
  return wanted.near_words !== undefined && (placeAgreement(wanted, found) ?? 0) >= SAME_PLACE;
}

/** The element with an identity, by comparing all that could be it. */
export function search(wanted: ElementIdentity, root: Root, ctx: ReadContext & SealContext): Searched {
  const { elements, complete, name } = plausible(wanted, root, ctx);
  if (!complete) return { outcome: 'ambiguous', reason: 'too many elements of this kind to compare' };
  const candidates = elements
    .map((element) => read(element, ctx))
    .map((reading): Candidate => ({ reading, identity: identityOf(reading, ctx) }))
    .filter(({ identity }) => sameClass(wanted, identity) && reachable(identity));
  const identities = candidates.map(({ identity }) => identity);
  const related = (a: number, b: number): boolean =>
    oneControl(candidates[a]!, candidates[b]!) || twins(candidates[a]!, candidates[b]!);
  const decision = decide(wanted, identities, related, { ...statisticsOf(identities), name });
  if (!decision) return { outcome: 'not_found', reason: 'nothing of this kind' };
  const { best, second, probability, accepted } = decision;
  if (!accepted) {
    const close = decision.evident && second !== undefined && decision.inputs.margin < 1;
    return close
      ? { outcome: 'ambiguous', reason: 'two elements are about as alike' }
      : { outcome: 'not_found', reason: decision.evident ? 'nothing alike enough' : 'nothing of this name' };
  }
  const { reading, identity } = candidates[best]!;
  if (!renamed(wanted, identity)) return { outcome: 'not_found', reason: 'nothing of this very name' };
  if (!placeAgrees(reading, wanted, root, ctx))
    return { outcome: 'ambiguous', reason: 'its place does not tell it from its like' };
  return { outcome: 'found', element: reading.element, confidence: probability };
}
