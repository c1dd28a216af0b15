import { count } from '../count.ts';
import { median, rounded } from '../percentile.ts';

/** How a step ended, with one way of finding its control. */
export interface Ended {
  /** Of what was touched, whether it was the control; empty where nothing was found. */
  readonly touches: readonly boolean[];
  readonly ms: number;
  /** Why nothing was done, if so. */
  readonly reason?: string;
}

export interface StepResult {
  readonly application: string;
  /** The control is not in the new version: right is to touch nothing. */
  readonly gone: boolean;
  readonly without: Ended;
  readonly with: Ended;
}

export const isWrong = ({ touches }: Ended): boolean => touches.includes(false);

const isRight = ({ touches }: Ended, gone: boolean): boolean =>
  gone ? touches.length === 0 : touches.length > 0 && !touches.includes(false);

/**
 * The figures of the bench. A step is ok where its control, and nothing else, was touched; one whose control is gone, where nothing was.
 * Times are medians over the steps that succeeded both ways: what one way cannot do takes as long as its timeout.
 */
export function summarise(results: readonly StepResult[]) {
  const there = results.filter(({ gone }) => !gone);
  const gone = results.filter((result) => result.gone);
  const both = there.filter((one) => isRight(one.without, false) && isRight(one.with, false));
  const time = (of: (one: StepResult) => Ended): number | null =>
    both.length ? rounded(median(both.map((one) => of(one).ms)), 0) : null;
  return {
    steps: results.length,
    ok_without: count(results, (one) => isRight(one.without, one.gone)),
    ok_with: count(results, (one) => isRight(one.with, one.gone)),
    wrong_without: count(results, (one) => isWrong(one.without)),
    wrong_with: count(results, (one) => isWrong(one.with)),
    there: there.length,
    there_ok_without: count(there, (one) => isRight(one.without, false)),
    there_ok_with: count(there, (one) => isRight(one.with, false)),
    gone: gone.length,
    only_without: count(there, (one) => isRight(one.without, false) && !isRight(one.with, false)),
    only_with: count(there, (one) => isRight(one.with, false) && !isRight(one.without, false)),
    ms_without: time((one) => one.without),
    ms_with: time((one) => one.with),
  };
}

export type UpliftFigures = ReturnType<typeof summarise>;

/** The same for each application, in the order in which they come. */
export const byApplication = (results: readonly StepResult[]): Record<string, UpliftFigures> =>
  Object.fromEntries(
    [...new Set(results.map(({ application }) => application))].map((application) => [
      application,
      summarise(results.filter((result) => result.application === application)),
    ]),
  );
