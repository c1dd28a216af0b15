import type { ElementIdentity } from '../protocol/schema.ts';
import { type Handles, sameHandle } from './model-handle.ts';
import { fieldOf } from './model-prepared.ts';

/** What tells whether two can be one control, as `usageOf` reads it. */
export type Usage = Handles & Pick<ElementIdentity, 'role' | 'href'>;

/** Inputs that a text is typed into; one may become another of them (a telephone number was a text before). */
const TYPED = /^(text|search|email|tel|url|number)$/;
/** Tags that a page draws controls with by script, whatever role it gives them. */
const DRAWN = /^(div|span|li|a|button)$/;

/** Whether it may be a control by a script of its page only. */
export const isDrawn = ({ tag, role = '' }: Pick<ElementIdentity, 'tag' | 'role'>): boolean =>
  DRAWN.test(tag) && /^(listitem|generic)?$/.test(role);

const sameType = (a: string | undefined, b: string | undefined): boolean =>
  a === b || (TYPED.test(a ?? '') && TYPED.test(b ?? ''));

const sameRole = (a: Usage, b: Usage): boolean =>
  (a.role ?? a.tag) === (b.role ?? b.tag) ||
  (a.tag === b.tag && (a.href === undefined) === (b.href === undefined)) ||
  (isDrawn(a) && isDrawn(b));

/**
 * Whether the two can be one control at all: used in the same way, of one input type, and of one role or tag. A control of another role
 * and tag and of the same name may have stood beside it all the time: only its own handle tells.
 */
export const sameClass = (a: Usage, b: Usage): boolean =>
  fieldOf(a) === fieldOf(b) &&
  (a.tag !== 'input' || b.tag !== 'input' || sameType(a.type, b.type)) &&
  (sameRole(a, b) || sameHandle(a, b) === 1);
