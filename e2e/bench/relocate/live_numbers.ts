import { ASIDE, FEATURES } from '../../../shared/signature/model-features.ts';

/** Numbers of a candidate, in the order in which they are written. */
export const NUMBERS = [...FEATURES, ...ASIDE] as const;

/** One line of the file that `relocate-dom --collect` writes: what the code of the extension saw of one pair. Numbers only. */
export interface LiveCase {
  readonly application: string;
  readonly page: string;
  readonly pair: number;
  readonly gone: boolean;
  /** The page as it is, but without the control. */
  readonly removed: boolean;
  /** A row of `NUMBERS` a candidate. */
  readonly features: readonly (readonly number[])[];
  readonly right: readonly boolean[];
  /** Candidates that are one control, by their numbers. */
  readonly related: readonly (readonly [number, number])[];
}
