import type { Scrub } from './scrub.ts';

/** A text would cost more than is left: whatever it stands in goes without its content. */
export class OverBudget extends Error {}

/** The same scrubber for so many characters in all; then it throws. Characters, because every detector is linear in them. */
export function budgeted(scrub: Scrub, chars: number): Scrub {
  let left = chars;
  return (text) => {
    left -= text.length;
    if (left < 0) throw new OverBudget('Scrubbing ran out of its budget.');
    return scrub(text);
  };
}
