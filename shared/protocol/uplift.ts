import * as z from 'zod';
import { HINT_TYPES } from './schema.ts';

/** What exposures are put together by: the type of the hint, the domain of its page, or the version of one hint. */
export const UPLIFT_GROUPS = ['kind', 'domain', 'version'] as const;
export type UpliftBy = (typeof UPLIFT_GROUPS)[number];

export const upliftSince = z.iso.datetime({ offset: true });

export const UpliftQuery = z.strictObject({
  by: z.enum(UPLIFT_GROUPS).default('kind'),
  /** Only exposures from then on. */
  since: upliftSince.optional(),
});
export type UpliftQuery = z.infer<typeof UpliftQuery>;

/** A figure with its 95 % interval; null: there is not enough data to tell. */
const estimate = z.object({ value: z.number(), lower: z.number(), upper: z.number() }).nullable();

const arm = z.object({
  /** Runs and hints. */
  exposures: z.number().int(),
  /** Of these, where the run then made a call on the control whose outcome is known. */
  called: z.number().int(),
  /** Share of these where the first such call succeeded. */
  success: estimate,
  /** From the exposure, or the end of the call before the first one where that is later, to the end of the first that succeeded. */
  median_ms: estimate,
});

export const upliftGroup = z.object({
  /** A type of hint, a domain, or the id of a version. */
  group: z.string(),
  /** By version only. */
  hint: z.object({ hint_type: z.enum(HINT_TYPES), version: z.number().int(), url_norm: z.string() }).nullable(),
  served: arm,
  withheld: arm,
  /** Success of what was served less success of what was withheld. */
  success_difference: estimate,
  /** Median where it was withheld less median where it was served. */
  time_saved_ms: estimate,
  /** Of used hints: the first call then failed, or the control was reported to be the wrong one. */
  wrong: estimate,
  /** Of hints that were told, those without a draw included: exposures that came so far. */
  follow_through: z.object({
    told: z.number().int(),
    /** The page found the control. */
    verified: z.number().int(),
    /** The page looked for it and found none that it could be sure of. */
    refused: z.number().int(),
    /** Verified, and then used. */
    used: z.number().int(),
    wrong: z.number().int(),
  }),
});
export type UpliftGroup = z.infer<typeof upliftGroup>;
export type Estimate = z.infer<typeof estimate>;

export const upliftAnswer = z.object({
  by: z.enum(UPLIFT_GROUPS),
  since: z.string().nullable(),
  /** The most exposed first, 500 at the most. */
  groups: z.array(upliftGroup),
});
export type UpliftAnswer = z.infer<typeof upliftAnswer>;
