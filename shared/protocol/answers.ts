import * as z from 'zod';
import { ERROR_CODES, type ErrorBody } from './codes.ts';
import { hintChange } from './evidence.ts';
import {
  EraseRequest,
  HINT_STATES,
  HINT_TYPES,
  type IngestResponse,
  type ItemResult,
  type ProjectInfo,
  type SignedArtifact,
  type SignResponse,
} from './schema.ts';

/** Schemas of what the server answers: for the OpenAPI document, and for tests of real answers. */

export const itemResult = z.object({
  index: z.number().int(),
  status: z.enum(['accepted', 'duplicate', 'rejected']),
  event_uuid: z.string().exactOptional(),
  code: z.string().exactOptional(),
  reason: z.string().exactOptional(),
}) satisfies z.ZodType<ItemResult>;

export const ingestResponse = z.object({
  accepted: z.number().int(),
  duplicate: z.number().int(),
  rejected: z.number().int(),
  results: z.array(itemResult),
}) satisfies z.ZodType<IngestResponse>;

export const signedArtifact = z.object({
  content_hash: z.string(),
  status: z.enum(['exists', 'upload', 'rejected']),
  bucket: z.string().exactOptional(),
  path: z.string().exactOptional(),
  storage_path: z.string().exactOptional(),
  token: z.string().exactOptional(),
  content_type: z.string().exactOptional(),
  code: z.string().exactOptional(),
  reason: z.string().exactOptional(),
}) satisfies z.ZodType<SignedArtifact>;

export const signResponse = z.object({
  storage_url: z.string(),
  artifacts: z.array(signedArtifact),
}) satisfies z.ZodType<SignResponse>;

export const projectInfo = z.object({
  project_id: z.string(),
  name: z.string(),
  text_key: z.string(),
  bundle_key: z.string().exactOptional(),
}) satisfies z.ZodType<ProjectInfo>;

/** A row as it is stored: ids that are bigint are strings, times ISO 8601. */
const row = z.record(z.string(), z.unknown());

export const storedRun = z.object({
  run: row,
  session: row.nullable(),
  instance: row.nullable(),
  tabs: z.array(row).readonly(),
  calls: z.array(row).readonly(),
  events: z.array(row).readonly(),
  next_after_seq: z.number().int().nullable(),
});

export const jobAnswer = z.object({
  job: z.string(),
  outcome: z.enum(['succeeded', 'failed', 'busy']),
  detail: z.record(z.string(), z.number()).exactOptional(),
  error: z.string().exactOptional(),
});

export const eraseReceipt = z.object({
  erase_id: z.string(),
  subject: EraseRequest,
  /** Until it is finished the counts are of what went so far. */
  status: z.enum(['waiting', 'running', 'finished']),
  requested_at: z.string(),
  finished_at: z.string().nullable(),
  /** By table. */
  rows: z.record(z.string(), z.number()),
  /** Rows in archives. */
  archived_rows: z.number(),
  blobs: z.number(),
  /** Why the last try did not finish; the job tries again. */
  error: z.string().nullable(),
});

export const okAnswer = z.object({ ok: z.literal(true) });

export const errorBody = z.object({
  error: z.object({ code: z.enum(ERROR_CODES), message: z.string(), request_id: z.string().exactOptional() }),
}) satisfies z.ZodType<ErrorBody>;

export type StoredRunAnswer = z.infer<typeof storedRun>;
export type EraseReceipt = z.infer<typeof eraseReceipt>;
export type JobAnswer = z.infer<typeof jobAnswer>;

const hintState = z.enum(HINT_STATES);

export const hintId = z.string().regex(/^\d{1,18}$/, 'an id of a hint');

export const hintSummary = z.object({
  hint_id: z.string(),
  url_norm: z.string(),
  hint_type: z.enum(HINT_TYPES),
  version: z.number().int(),
  state: hintState,
  confidence: z.number(),
  /** Of best_selector. */
  selector: z.string().nullable(),
  /** The selector, what to wait for and how long, or the class. */
  tells: z.string().nullable(),
  /** What an operator decided about the control; null: evidence decides. */
  decision: z.enum(['pin', 'veto']).nullable(),
});
export type HintSummary = z.infer<typeof hintSummary>;

export const hintList = z.object({ hints: z.array(hintSummary) });
export type HintList = z.infer<typeof hintList>;

/** Reports that are independent: what one instance told on one day counts once. */
const votes = z.object({
  ok: z.number().int(),
  bad: z.number().int(),
  okVoters: z.number().int(),
  badVoters: z.number().int(),
  okOthers: z.number().int(),
  badOthers: z.number().int(),
  okDays: z.number().int(),
});

export const hintDetails = z.object({
  hint_id: z.string(),
  url_norm: z.string(),
  hint_type: z.enum(HINT_TYPES),
  decided: z
    .object({ decision: z.enum(['pin', 'veto']), version: z.number().int().nullable(), at: z.string() })
    .nullable(),
  /** Oldest first. */
  versions: z.array(
    z.object({
      hint_id: z.string(),
      version: z.number().int(),
      state: hintState,
      superseded: z.boolean(),
      confidence: z.number(),
      selector: z.string().nullable(),
      tells: z.string().nullable(),
      evidence: z.record(z.string(), z.unknown()),
      created_at: z.string(),
      votes,
    }),
  ),
  /** Every change of a state, oldest first; `detail` has the figures and the transactions that were read. */
  changes: z.array(hintChange.extend({ hint_id: z.string() })),
});
export type HintDetails = z.infer<typeof hintDetails>;

/**
 * pin: this version is served, whatever the evidence. veto: nothing is told about this control. rollback: this version is withdrawn
 * and the active one before it is pinned. auto: evidence decides again.
 */
export const HINT_DECISIONS = ['pin', 'veto', 'rollback', 'auto'] as const;
export type HintDecision = (typeof HINT_DECISIONS)[number];
export const HintDecisionRequest = z.strictObject({ decision: z.enum(HINT_DECISIONS) });
