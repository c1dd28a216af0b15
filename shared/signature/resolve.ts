import type { BestSelectorData, ElementIdentity, SelectorKind, VerifyOutcome } from '../protocol/schema.ts';
import { keepingClean, type ReadContext, remembering, type SealContext, type SignatureContext } from './context.ts';
import { identityOf } from './element.ts';
import { visible } from './name.ts';
import { placeOf } from './place.ts';
import { plausible } from './plausible.ts';
import { query } from './query.ts';
import { type Reading, read } from './reading.ts';
import { openRoots, type Root } from './roots.ts';
import { scopeOf } from './scope.ts';
import { nameHash, sealPlace } from './seal-element.ts';
import { nameAgreement, placeAgreement, similarity } from './similarity.ts';
import { alike } from './twins.ts';
import {
  ACCEPT_BY_SEARCH,
  ACCEPT_BY_SELECTOR,
  ACCEPT_DECLARED,
  MARGIN,
  PLACE_MARGIN,
  SAME_NAME,
  SAME_PLACE,
} from './weights.ts';

type Context = ReadContext & SealContext;

export type Target = Pick<BestSelectorData, 'selector' | 'kind' | 'alternatives' | 'identity'>;

export type Resolution =
  | {
      readonly outcome: 'found';
      readonly element: Element;
      /** 0 to 1: how alike the recorded and the live identity are. */
      readonly confidence: number;
      readonly found_by: SelectorKind | 'identity';
      /** The recorded selector that led to it; undefined where it was found by its identity. */
      readonly by_selector?: string;
    }
  | { readonly outcome: Exclude<VerifyOutcome, 'found' | 'page_mismatch'>; readonly reason: string };

interface Compared {
  readonly reading: Reading;
  readonly identity: ElementIdentity;
  readonly score: number;
}

/** Kinds that say where an element stands, not what it is: under them twins are told apart by their surroundings only. */
const BY_PLACE: readonly SelectorKind[] = ['css', 'positional'];

function compare(reading: Reading, wanted: ElementIdentity, ctx: Context): Compared {
  const identity = identityOf(reading, ctx);
  return { reading, identity, score: similarity(wanted, identity) };
}

/** Whether the two can be one control at all: same role, or same tag where there is none, and same input type. */
const sameClass = (a: ElementIdentity, b: ElementIdentity): boolean =>
  (a.role ?? a.tag) === (b.role ?? b.tag) && (a.tag !== 'input' || b.tag !== 'input' || a.type === b.type);

/**
 * Whether the element's place tells it from its like. One that had twins when it was recorded is only taken where what stands
 * around it agrees, and agrees better than around any other twin; or where it alone stands in the ancestor that named it.
 */
function placeAgrees(hit: Compared, wanted: ElementIdentity, root: Root, ctx: Context): boolean {
  const { element } = hit.reading;
  const { twins, crowded } = alike(hit.reading, openRoots(root), ctx);
  if ((wanted.count ?? 1) < 2 && twins.length < 2) return true;
  if (crowded) return false;
  if (wanted.within !== undefined) {
    const inScope = twins.filter((twin) => scopeOf(twin, ctx) === wanted.within);
    if (inScope.length === 1) return inScope[0] === element;
  }
  const around = (twin: Element) => sealPlace(placeOf(twin, twins, ctx), ctx);
  const own = placeAgreement(wanted, around(element));
  // Where one of its like has gone it may be the one that was meant: then only the very same surroundings will do.
  const least = twins.length < (wanted.count ?? 1) ? 1 : SAME_PLACE;
  if (own === undefined || own < least) return false;
  const rivals = twins.filter((twin) => twin !== element).map(around);
  return rivals.every((rival) => own - (placeAgreement(wanted, rival) ?? 0) >= PLACE_MARGIN);
}

/** Whether a developer gave this control a handle of its own and it still has it: then it may have been renamed. */
function declared(kind: SelectorKind, a: ElementIdentity, b: ElementIdentity): boolean {
  if (kind === 'test_id') return a.test_id !== undefined && a.test_id.value === b.test_id?.value;
  if (kind === 'id') return a.id !== undefined && a.id === b.id;
  return kind === 'attribute' && a.name_attr !== undefined && a.name_attr === b.name_attr;
}

/** Selectors that named one element when they were recorded, best first; only such a one can tell an element now. */
function recordedUnique(target: Target): { kind: SelectorKind; selector: string }[] {
  const best = target.alternatives.find(({ selector }) => selector === target.selector);
  const first = best && best.matches !== 1 ? [] : [{ kind: target.kind, selector: target.selector }];
  return [
    ...first,
    ...target.alternatives.filter(({ matches, selector }) => matches === 1 && selector !== target.selector),
  ];
}

/**
 * The element that a hint means, or why there is none. A unique selector counts only if its element agrees with the recorded
 * identity; after the selectors all plausible elements are compared, and one is taken only if it is alike enough and clearly
 * more alike than the next. Deterministic; the work is bounded on any page.
 */
export function resolve(target: Target, root: Root, context: SignatureContext): Resolution {
  const ctx = remembering(keepingClean(context));
  const wanted = target.identity;
  let disagreed = 0;
  for (const { kind, selector } of recordedUnique(target)) {
    const hits = query(root, selector).filter(visible);
    const [element] = hits;
    if (!element || hits.length > 1) continue;
    const hit = compare(read(element, ctx), wanted, ctx);
    const named = nameAgreement(wanted, hit.identity);
    const ours = declared(kind, wanted, hit.identity);
    const agrees =
      sameClass(wanted, hit.identity) &&
      hit.score >= (ours ? ACCEPT_DECLARED : ACCEPT_BY_SELECTOR) &&
      (BY_PLACE.includes(kind) ? named === 1 && placeAgrees(hit, wanted, root, ctx) : named >= SAME_NAME || ours);
    if (agrees) return { outcome: 'found', element, confidence: hit.score, found_by: kind, by_selector: selector };
    disagreed += 1;
  }
  const { elements, complete } = plausible(wanted, root, ctx);
  const ranked = elements
    .map((element) => read(element, ctx))
    .filter((reading) => nameHash(reading, ctx) === wanted.name_hash)
    .map((reading) => compare(reading, wanted, ctx))
    .filter(({ identity }) => sameClass(wanted, identity))
    .sort((a, b) => b.score - a.score);
  const [first, second] = ranked;
  if (!first || first.score < ACCEPT_BY_SEARCH) {
    return disagreed > 0
      ? { outcome: 'identity_mismatch', reason: `${disagreed} unique selectors lead to another element` }
      : { outcome: 'not_found', reason: first ? 'nothing alike enough' : 'nothing of this role and name' };
  }
  if (!complete) return { outcome: 'ambiguous', reason: 'too many elements of this kind to compare' };
  if (!placeAgrees(first, wanted, root, ctx))
    return { outcome: 'ambiguous', reason: 'its place does not tell it from its like' };
  const twin =
    second !== undefined &&
    sameClass(first.identity, second.identity) &&
    second.identity.name_hash === first.identity.name_hash;
  if (second && !twin && first.score - second.score < MARGIN)
    return { outcome: 'ambiguous', reason: 'two elements are about as alike' };
  return { outcome: 'found', element: first.reading.element, confidence: first.score, found_by: 'identity' };
}
