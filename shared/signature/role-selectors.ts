import type { ReadContext } from './context.ts';
import { durableText } from './data-like.ts';
import { type Named, namedAlike } from './named.ts';
import { quote } from './quote.ts';
import type { Reading } from './reading.ts';
import { countRoots, queryRoots, type Root } from './roots.ts';
import { scopeOf } from './scope.ts';

/** A badge with a count: `Inbox (3)`, `Messages 12`. */
const COUNT = /[\s(\u00b7:]+\d{1,4}\+?\)?$/;
/** What forms put after a label: `Name *`, `Name * :`, `More …`. */
const DECORATION = /[\s*:.…>»→]+$/;
const MIN_PART_CHARS = 4;

/** A name without what changes about it first; undefined where nothing does. */
export function lastingPart(name: string): string | undefined {
  const part = name.replace(COUNT, '').replace(DECORATION, '');
  return part !== name && part.length >= MIN_PART_CHARS ? part : undefined;
}

export interface RoleSelector {
  readonly selector: string;
  readonly matches: number;
}

/** Elements called like the one that is read, and what may be written of the name. */
export interface RoleNames {
  /** By role and name or a part of it, the most lasting first. */
  readonly direct: readonly RoleSelector[];
  /** The same within the nearest ancestor that a developer named, where it tells the element from its like. */
  scoped(): string | undefined;
  /** Among all of its role and name the n-th. */
  nth(): string | undefined;
}

const written = (role: string, name: string, exact: boolean): string =>
  `role=${role}[name${exact ? '' : '*'}=${quote(name)}]`;

/** Selectors by role and accessible name; `named` are the elements of the role whose name holds the element's. */
export function roleSelectors(
  { element, role, name, fullName }: Reading,
  named: readonly Named[],
  roots: readonly Root[],
  ctx: ReadContext,
): RoleNames {
  if (!role) return { direct: [], scoped: () => undefined, nth: () => undefined };
  const usable = (text: string): boolean => durableText(text) && ctx.keeps(text);
  // With the glyphs of icon fonts a name is never written.
  const exact = fullName === name;
  const direct: { selector: string; elements: Element[] }[] = [];
  const part = lastingPart(name);
  const holding = part && usable(part) ? namedAlike(roots, role, part) : undefined;
  const elementsOf = (all: readonly Named[]): Element[] => all.map((other) => other.element);
  if (part && holding) direct.push({ selector: written(role, part, false), elements: elementsOf(holding) });
  if (usable(name)) {
    const same = named.filter((other) => !exact || other.name === name);
    direct.push({ selector: written(role, name, exact), elements: elementsOf(same) });
  }
  const narrowest = direct.at(-1);
  return {
    direct: direct.map(({ selector, elements }) => ({ selector, matches: elements.length })),
    scoped() {
      // Playwright's `>>` goes on into shadow roots, `contains` does not.
      const scope = narrowest && roots.length === 1 ? scopeOf(element, ctx) : undefined;
      if (!narrowest || !scope || countRoots(roots, scope) !== 1) return undefined;
      const [ancestor] = queryRoots(roots, scope);
      const inside = narrowest.elements.filter((other) => ancestor?.contains(other));
      return inside.length === 1 ? `${scope} >> ${narrowest.selector}` : undefined;
    },
    nth() {
      const at = narrowest?.elements.indexOf(element) ?? -1;
      return narrowest && at >= 0 ? `${narrowest.selector} >> nth=${at}` : undefined;
    },
  };
}
