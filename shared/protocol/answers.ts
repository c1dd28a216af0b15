import * as z from 'zod';
import { ERROR_CODES, type ErrorBody } from './codes.ts';
import {
  EraseRequest,
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
