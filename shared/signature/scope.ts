import { stableAttribute, testIdOf } from './attributes.ts';
import type { ReadContext } from './context.ts';
import { idSelector, quote } from './quote.ts';
import { parentOf } from './roots.ts';

const MAX_LEVELS = 20;
const MAX_CHARS = 160;

/** Nearest ancestor that a developer named, by test id or stable id, as a selector. */
export function scopeOf(element: Element, ctx: ReadContext): string | undefined {
  let at = parentOf(element);
  for (let level = 0; at && level < MAX_LEVELS; level += 1, at = parentOf(at)) {
    const testId = testIdOf(at, ctx);
    const id = testId ? undefined : stableAttribute(at, 'id', ctx);
    const scope = testId ? `[${testId.attribute}=${quote(testId.value)}]` : id && idSelector(id);
    if (scope && scope.length <= MAX_CHARS) return scope;
  }
  return undefined;
}

/** The scope, if none of the others has it too. */
export function tellingScope(element: Element, others: readonly Element[], ctx: ReadContext): string | undefined {
  const scope = scopeOf(element, ctx);
  const shared = scope !== undefined && others.some((other) => other !== element && scopeOf(other, ctx) === scope);
  return shared ? undefined : scope;
}
