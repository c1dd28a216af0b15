import { boundedText, type Visits } from '../dom/bounded-text.ts';
import { localNameOf } from '../dom/unclobbered.ts';
import type { ReadContext } from './context.ts';
import { roleOf, withoutGlyphs } from './name.ts';
import { type Named, namedAlike } from './named.ts';
import type { Reading } from './reading.ts';
import { countTag, queryRoots, type Root } from './roots.ts';
import { textOf } from './text.ts';

export interface Alike {
  /** Elements of the role whose name is the element's, or holds it where it has glyphs; undefined when there are too many to compute, or no role. */
  readonly named: readonly Named[] | undefined;
  /** Same role and name (tag and text, where there is no role), in document order, the element among them. */
  readonly twins: readonly Element[];
  /** How many they are; where there are too many of its like to compare, how many could be. */
  readonly count: number;
  /** There are too many of its like to compare: `twins` says nothing then. */
  readonly crowded: boolean;
}

const MAX_TWINS = 60;
/** Elements of the tag that are looked at, nodes of their texts, and characters of one of them. */
const MAX_ELEMENTS = 5000;
const MAX_VISITS = 30_000;
const MAX_CHARS = 1000;

/** Undefined where there are too many to look at. */
function sameText({ element, text }: Reading, roots: readonly Root[], ctx: ReadContext): Element[] | undefined {
  const all = queryRoots(roots, localNameOf(element), MAX_ELEMENTS + 1);
  if (all.length > MAX_ELEMENTS) return undefined;
  const visits: Visits = { left: MAX_VISITS };
  const raw = boundedText(element, MAX_CHARS).text;
  const same = all.filter(
    (other) =>
      other === element ||
      (other.childElementCount === element.childElementCount &&
        visits.left > 0 &&
        (raw === boundedText(other, MAX_CHARS, visits).text || textOf(other, ctx) === text)),
  );
  return visits.left > 0 ? same : undefined;
}

/** Everything on the page that could be taken for the element. */
export function alike(reading: Reading, roots: readonly Root[], ctx: ReadContext): Alike {
  const { element, role, name } = reading;
  const tag = localNameOf(element);
  const known = { element, name: reading.fullName };
  // With glyphs in it a name is written as a part of names.
  const whole = reading.fullName === name;
  const named = role ? namedAlike(roots, role, name, { known, whole }) : undefined;
  const same = ctx.masked(element)
    ? queryRoots(roots, tag, MAX_ELEMENTS).filter((other) => ctx.masked(other) && roleOf(other) === role)
    : named
      ? named.filter((other) => withoutGlyphs(other.name) === name).map((other) => other.element)
      : role
        ? undefined
        : sameText(reading, roots, ctx);
  // Where there are too many, a list of them would take longer to make than all the rest.
  const count = same?.length ?? countTag(roots, tag, MAX_ELEMENTS);
  const crowded = same === undefined || (role !== undefined && !named) || count > MAX_TWINS;
  return { named, twins: same ?? [], count, crowded };
}
