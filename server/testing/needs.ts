import { describe, test } from 'vitest';

/** Runs a suite that needs a part of the machine. Where it is missing, says so aloud; with CI=true that is a failure. */
export function describeWith<Part>(
  part: Part | undefined,
  what: string,
  name: string,
  suite: (part: Part) => void,
): void {
  if (part !== undefined) describe(name, () => suite(part));
  else if (process.env.CI === 'true') test(`${name}: needs ${what}`, () => Promise.reject(new Error(`no ${what}`)));
  else {
    console.warn(`SKIPPED, no ${what}: ${name}`);
    describe.skip(name, () => test(`needs ${what}`, () => {}));
  }
}
