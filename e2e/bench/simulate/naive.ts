import { named } from './resolve.ts';
import { createTally, type Told } from './score.ts';
import type { Control } from './world.ts';

/** The policy to compare with: what worked last, whoever said so, is told to the next. */
export function createNaive() {
  const last = new Map<string, string>();
  const tally = createTally();
  let poisoned = 0;
  const keyOf = ({ site, number }: Control) => `${site} ${number}`;
  return {
    tally,
    /** How often a lie replaced what was known. */
    poisoned: () => poisoned,
    told(control: Control, controls: readonly Control[], hour: number, changed: number | undefined): void {
      const selector = last.get(keyOf(control));
      const hit = selector === undefined ? undefined : named(selector, controls);
      const told: Told =
        selector === undefined ? 'nothing' : !hit ? 'missed' : hit.number === control.number ? 'right' : 'wrong';
      tally.add(keyOf(control), hour, told, changed);
    },
    worked(control: Control): void {
      last.set(keyOf(control), control.signature.selector_norm);
    },
    lied(control: Control, selector: string): void {
      if (last.get(keyOf(control)) !== selector) poisoned += 1;
      last.set(keyOf(control), selector);
    },
  };
}
