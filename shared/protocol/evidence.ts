import * as z from 'zod';
import { HINT_STATES, HINT_TYPES } from './schema.ts';

const state = z.enum(HINT_STATES);
const count = z.number().int();
/** UTC. */
const day = z.string();
/** 0: not known. */
const key_no = count;

/** Every change of the state of a hint: `detail` has the figures that decided and the transactions that were read. */
export const hintChange = z.object({
  at: z.string(),
  from: state.nullable(),
  to: state,
  superseded: z.boolean(),
  reason: z.string(),
  actor: z.enum(['job', 'operator']),
  detail: z.record(z.string(), z.unknown()),
});

/**
 * What speaks for and against one version of a hint about a control. Those who told it are counted, never named. Days, votes and uses
 * are those of the keys of the project (`key_no`); times until a signal came are counted in the buckets of a logarithmic histogram.
 */
export const hintEvidence = z.object({
  hint_id: z.string(),
  url_norm: z.string(),
  hint_type: z.enum(HINT_TYPES),
  version: count,
  state,
  superseded: z.boolean(),
  data: z.record(z.string(), z.unknown()),
  confidence: z.number(),
  evidence: z.record(z.string(), z.unknown()),
  created_at: z.string(),
  changes: z.array(hintChange),
  /** The control as it was met on the states and versions of its page, those with most successes first, at most 50. */
  forms: z.array(
    z.object({
      selector_norm: z.string(),
      attr_fingerprint_hash: z.string(),
      dom_fingerprint_hash: z.string().nullable(),
      candidates: z.array(z.unknown()).nullable(),
      success_ct: count,
      error_ct: count,
      run_ct: count,
      last_success_at: z.string().nullable(),
    }),
  ),
  days: z.array(z.object({ day, key_no, success_ct: count, error_ct: count, ok_run_ct: count, bad_run_ct: count })),
  votes: z.array(z.object({ selector: z.string(), day, key_no, found_ct: count, missed_ct: count, voters: count })),
  /** Of safe_ops only. */
  uses: z.array(z.object({ day, key_no, use_ct: count }).catchall(count.nullable().or(z.string()))),
  requests: z.array(z.object({ method: z.string(), path: z.string(), request_ct: count })),
  /** Of wait_condition only. */
  waits: z.array(z.object({ signal: z.string(), week: day, bucket: count, wait_ct: count })),
  signals: z.array(z.object({ signal: z.string(), week: day, enough_ct: count, too_soon_ct: count })),
});
export type HintEvidence = z.infer<typeof hintEvidence>;
