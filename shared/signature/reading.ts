import type { ReadContext } from './context.ts';
import { accessibleName, roleOf, withoutGlyphs } from './name.ts';
import { textOf } from './text.ts';

/** An element as it was read in the page, in raw text. */
export interface Reading {
  readonly element: Element;
  readonly role: string | undefined;
  /** Accessible name with the glyphs of icon fonts, as Playwright computes it. */
  readonly fullName: string;
  /** Accessible name without glyphs; of an element without a role, its text. */
  readonly name: string;
  readonly text: string;
}

export function read(element: Element, ctx: ReadContext): Reading {
  const role = roleOf(element);
  const text = textOf(element, ctx);
  const fullName = accessibleName(element, ctx.masked);
  return { element, role, fullName, name: withoutGlyphs(fullName) || (role ? '' : text), text };
}
