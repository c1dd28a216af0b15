import * as z from 'zod';
import {
  eraseReceipt,
  HintDecisionRequest,
  hintDetails,
  hintId,
  hintList,
  ingestResponse,
  jobAnswer,
  okAnswer,
  projectInfo,
  signResponse,
  storedRun,
} from '../../shared/protocol/answers.ts';
import { BundleQuery, signedBundle } from '../../shared/protocol/bundle.ts';
import { hintEvidence } from '../../shared/protocol/evidence.ts';
import { MAX_BATCH_ITEMS } from '../../shared/protocol/limits.ts';
import {
  EraseRequest,
  HINT_STATES,
  ITEM_SCHEMAS,
  LookupRequest,
  LookupResponse,
  SignRequest,
  ToolCall,
} from '../../shared/protocol/schema.ts';
import { UPLIFT_GROUPS, upliftAnswer, upliftSince } from '../../shared/protocol/uplift.ts';

export interface Operation {
  readonly method: 'get' | 'post';
  /** In the form of OpenAPI: `/v1/runs/{run_id}`. */
  readonly path: string;
  readonly id: string;
  readonly summary: string;
  readonly description?: string;
  /** Which keys open it. */
  readonly key: 'none' | 'any' | 'secret';
  readonly parameters?: readonly Parameter[];
  readonly body?: z.ZodType;
  /** Schema of a JSON answer, else the content type of another. */
  readonly answer: z.ZodType | string;
}

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query';
  readonly description: string;
  readonly schema: z.ZodType;
}

const { tool_call, event, run, session, instance, tab } = ITEM_SCHEMAS;
const toolCalls = z.array(ToolCall).min(1).max(MAX_BATCH_ITEMS);

export const ingestItem = z.union([tool_call, event, run, session, instance, tab]);
export const ingestRequest = z.object({ items: z.array(ingestItem).min(1).max(MAX_BATCH_ITEMS) });

const EACH_ITEM =
  'Each item is answered in its place: accepted, duplicate (told before), or rejected with a code; one costs no other. ' +
  'After any failure send the same again: nothing is stored twice.';

const HINT_ID: Parameter = {
  name: 'hint_id',
  in: 'path',
  description: 'The id of one of its versions.',
  schema: hintId,
};

/** Everything but the folder storage, whose protocol is Supabase Storage's. */
export const OPERATIONS: readonly Operation[] = [
  {
    method: 'post',
    path: '/internal/ingest/tool_call',
    id: 'ingestToolCalls',
    summary: 'Record tool calls, from a server',
    description: EACH_ITEM,
    key: 'secret',
    body: z.union([ToolCall, toolCalls, z.object({ tool_calls: toolCalls })]),
    answer: ingestResponse,
  },
  {
    method: 'post',
    path: '/v1/ingest',
    id: 'ingest',
    summary: 'Record items of any kind, from a client',
    description: EACH_ITEM,
    key: 'any',
    body: ingestRequest,
    answer: ingestResponse,
  },
  {
    method: 'post',
    path: '/hints/lookup',
    id: 'lookup',
    summary: 'The hints for a page as it is now',
    description:
      'A hint is to be verified on the page before anybody acts on it. Answers an ETag, and 304 to who sends it in If-None-Match.',
    key: 'any',
    body: LookupRequest,
    answer: LookupResponse,
  },
  {
    method: 'get',
    path: '/v1/hints/bundle',
    id: 'bundle',
    summary: 'All hints of a domain in a signed bundle, for use without a network',
    description:
      'payload is the JSON of a bundle, signature its ECDSA signature (P-256, SHA-256, base64url), to be verified with bundle_key of ' +
      '/v1/project. 304 for an ETag that is in force; 404 where nothing was ever served for the domain.',
    key: 'any',
    parameters: [
      {
        name: 'domain',
        in: 'query',
        description: 'Host, with its port where it has one.',
        schema: BundleQuery.shape.domain,
      },
    ],
    answer: signedBundle,
  },
  {
    method: 'get',
    path: '/v1/hints',
    id: 'listHints',
    summary: 'Hints as they are now, newest first',
    key: 'secret',
    parameters: [
      { name: 'url_norm', in: 'query', description: 'Only of this page.', schema: z.string() },
      { name: 'state', in: 'query', description: 'Only in this state.', schema: z.enum(HINT_STATES) },
      {
        name: 'limit',
        in: 'query',
        description: 'Rows at most, 50 where not given.',
        schema: z.number().int().min(1).max(500),
      },
    ],
    answer: hintList,
  },
  {
    method: 'get',
    path: '/v1/hints/uplift',
    id: 'uplift',
    summary: 'What hints bring, against runs that they were withheld from',
    description: 'Figures have 95 % intervals; null where there is not enough data.',
    key: 'secret',
    parameters: [
      { name: 'by', in: 'query', description: 'kind where not given.', schema: z.enum(UPLIFT_GROUPS) },
      { name: 'since', in: 'query', description: 'Only exposures from then on.', schema: upliftSince },
    ],
    answer: upliftAnswer,
  },
  {
    method: 'get',
    path: '/v1/hints/{hint_id}',
    id: 'readHint',
    summary: 'All versions of a hint, and why each became what it is',
    key: 'secret',
    parameters: [HINT_ID],
    answer: hintDetails,
  },
  {
    method: 'get',
    path: '/v1/hints/{hint_id}/evidence',
    id: 'readEvidence',
    summary: 'What speaks for and against one version of a hint about a control',
    description: 'Counts by day, key and form of the control, and its history. 404 for a recipe.',
    key: 'secret',
    parameters: [HINT_ID],
    answer: hintEvidence,
  },
  {
    method: 'post',
    path: '/v1/hints/{hint_id}/decision',
    id: 'decideHint',
    summary: 'Pin, veto or roll back a hint, or let evidence decide again',
    description: 'It binds until it is taken back with auto.',
    key: 'secret',
    parameters: [HINT_ID],
    body: HintDecisionRequest,
    answer: hintDetails,
  },
  {
    method: 'post',
    path: '/v1/artifacts/sign',
    id: 'signArtifacts',
    summary: 'A place to upload each artifact to',
    key: 'any',
    body: SignRequest,
    answer: signResponse,
  },
  {
    method: 'get',
    path: '/v1/project',
    id: 'project',
    summary: 'The project of the key',
    key: 'any',
    answer: projectInfo,
  },
  {
    method: 'get',
    path: '/v1/runs/{run_id}',
    id: 'readRun',
    summary: 'A run as it is stored, up to 500 calls at a time',
    key: 'secret',
    parameters: [
      { name: 'run_id', in: 'path', description: 'The id of the run.', schema: z.guid() },
      {
        name: 'after_seq',
        in: 'query',
        description: 'Only calls after that number: next_after_seq of the page before.',
        schema: z.number().int().min(-1).max(2_147_483_647),
      },
    ],
    answer: storedRun,
  },
  {
    method: 'post',
    path: '/v1/erase',
    id: 'erase',
    summary: 'Have a session, a user or a domain erased',
    description: 'Puts it on record; the job erase carries it out. The same asked again before that is one request.',
    key: 'secret',
    body: EraseRequest,
    answer: eraseReceipt,
  },
  {
    method: 'get',
    path: '/v1/erase/{erase_id}',
    id: 'readErase',
    summary: 'What an erasure erased so far',
    description: 'Kept for 30 days after it was finished.',
    key: 'secret',
    parameters: [{ name: 'erase_id', in: 'path', description: 'As POST /v1/erase answered it.', schema: z.guid() }],
    answer: eraseReceipt,
  },
  {
    method: 'post',
    path: '/internal/jobs/{name}',
    id: 'runJob',
    summary: 'Run a job now',
    description: 'Busy where it runs already, here or on another server. A job that failed is answered with 500.',
    key: 'secret',
    parameters: [
      {
        name: 'name',
        in: 'path',
        description: 'E.g. aggregate; to any other name the answer lists all.',
        schema: z.string(),
      },
    ],
    answer: jobAnswer,
  },
  { method: 'get', path: '/healthz', id: 'healthz', summary: 'The process answers', key: 'none', answer: okAnswer },
  {
    method: 'get',
    path: '/readyz',
    id: 'readyz',
    summary: 'The database answers, and has the whole schema',
    key: 'none',
    answer: okAnswer,
  },
  {
    method: 'get',
    path: '/metrics',
    id: 'metrics',
    summary: 'Counts of this instance, for Prometheus',
    description: 'Takes METRICS_TOKEN as a bearer where that is set.',
    key: 'secret',
    answer: 'text/plain',
  },
  {
    method: 'get',
    path: '/openapi.json',
    id: 'openapi',
    summary: 'This document',
    key: 'none',
    answer: z.record(z.string(), z.unknown()),
  },
  { method: 'get', path: '/docs', id: 'docs', summary: 'This document as a page', key: 'none', answer: 'text/html' },
];
