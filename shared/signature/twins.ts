import type { ReadContext } from './context.ts';
import { roleOf, withoutGlyphs } from './name.ts';
import { type Named, namedAlike } from './named.ts';
import type { Reading } from './reading.ts';
import { queryRoots, type Root } from './roots.ts';
import { textOf } from './text.ts';

export interface Alike {
  /** Elements of the role whose name holds the element's; undefined when there are too many to compute, or no role. */
  readonly named: readonly Named[] | undefined;
  /** Same tag, role and name (text, where there is no role), in document order, the element among them. */
  readonly twins: readonly Element[];
  /** There are too many of its like to compare: `twins` then holds all that could be. */
  readonly crowded: boolean;
}

const MAX_TWINS = 60;

function sameText({ element, text }: Reading, roots: readonly Root[], ctx: ReadContext): Element[] {
  const raw = element.textContent ?? '';
  return queryRoots(roots, element.localName).filter(
    (other) =>
      other === element ||
      (other.childElementCount === element.childElementCount &&
        (raw === other.textContent || textOf(other, ctx) === text)),
  );
}

/** Everything on the page that could be taken for the element. */
export function alike(reading: Reading, roots: readonly Root[], ctx: ReadContext): Alike {
  const { element, role, name } = reading;
  const named = role ? namedAlike(roots, role, name, { known: { element, name: reading.fullName } }) : undefined;
  const same = ctx.masked(element)
    ? queryRoots(roots, element.localName).filter((other) => ctx.masked(other) && roleOf(other) === role)
    : named
      ? named.filter((other) => withoutGlyphs(other.name) === name).map((other) => other.element)
      : role
        ? queryRoots(roots, element.localName)
        : sameText(reading, roots, ctx);
  const twins = same.filter((other) => other.localName === element.localName);
  return { named, twins, crowded: (role !== undefined && !named) || twins.length > MAX_TWINS };
}
