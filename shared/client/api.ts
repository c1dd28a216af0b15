import type {
  EraseReceipt,
  HintDecision,
  HintDetails,
  HintList,
  JobAnswer,
  StoredRunAnswer,
} from '../protocol/answers.ts';
import type { SignedBundle } from '../protocol/bundle.ts';
import type { ErrorBody, ErrorCode } from '../protocol/codes.ts';
import type {
  EraseRequest,
  HintState,
  IngestItem,
  IngestResponse,
  LookupRequest,
  LookupResponse,
  ProjectInfo,
  SignedArtifact,
  SignRequest,
  SignResponse,
  ToolCall,
} from '../protocol/schema.ts';
import type { UpliftAnswer, UpliftBy } from '../protocol/uplift.ts';
import { retryAfterOf } from './backoff.ts';

export interface ApiOptions {
  /** Without a slash at its end, e.g. `http://127.0.0.1:8787`. */
  readonly serverUrl: string;
  /** `lb_publishable_…` or `lb_secret_…`; absent for the routes that take none. */
  readonly key?: string;
  readonly fetch: typeof fetch;
  /** Longest wait for an answer, in ms; 30,000 where not given. */
  readonly timeoutMs?: number;
}

export interface ApiFailure {
  /** `unreachable`: no answer, so a retry may succeed. `unexpected_answer`: something else than this server answered. */
  readonly code: ErrorCode | 'unreachable' | 'unexpected_answer';
  readonly message: string;
  readonly status?: number;
  readonly request_id?: string;
  /** ms until a retry makes sense, where the server said so. */
  readonly retry_after_ms?: number;
}

/** What a server answers who may have it already: with its ETag, or that nothing has changed since that ETag. */
export type Conditional<T> =
  | { readonly changed: true; readonly value: T; readonly etag: string | undefined }
  | { readonly changed: false };

export type ApiResult<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: ApiFailure };

/**
 * All routes of the server, typed. Nothing here throws: what goes wrong is an answer with a code.
 * @example
 * const api = createApi({ serverUrl: 'http://127.0.0.1:8787', key, fetch });
 * const hints = await api.lookup({ url: location.href, title: document.title });
 * if (hints.ok) for (const hint of hints.value.element_hints) await verify(hint);
 */
export function createApi({ serverUrl, key, fetch, timeoutMs = 30_000 }: ApiOptions) {
  async function send(method: string, path: string, body?: unknown, etag?: string): Promise<ApiResult<Response>> {
    try {
      const response = await fetch(`${serverUrl}${path}`, {
        method,
        headers: {
          ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(etag === undefined ? {} : { 'if-none-match': etag }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(timeoutMs),
      });
      return { ok: true, value: response };
    } catch {
      return unreachable;
    }
  }

  async function json<T>(method: string, path: string, body?: unknown): Promise<ApiResult<T>> {
    const answered = await send(method, path, body);
    if (!answered.ok) return answered;
    return read<T>(answered.value);
  }

  async function read<T>(response: Response): Promise<ApiResult<T>> {
    const parsed = await response.json().catch(() => undefined);
    return response.ok && parsed !== undefined
      ? { ok: true, value: parsed as T }
      : { ok: false, error: failureOf(response, parsed) };
  }

  async function ifChanged<T>(
    etag: string | undefined,
    method: string,
    path: string,
    body?: unknown,
  ): Promise<ApiResult<Conditional<T>>> {
    const answered = await send(method, path, body, etag);
    if (!answered.ok) return answered;
    if (answered.value.status === 304) return { ok: true, value: { changed: false } };
    const result = await read<T>(answered.value);
    if (!result.ok) return result;
    const { value } = result;
    return { ok: true, value: { changed: true, value, etag: answered.value.headers.get('etag') ?? undefined } };
  }

  return {
    /** Records items of any kind; each is answered in its place, and a retry doubles nothing. */
    ingest: (items: readonly IngestItem[]) => json<IngestResponse>('POST', '/v1/ingest', { items }),
    /** Records tool calls; takes a secret key. */
    ingestToolCalls: (tool_calls: readonly ToolCall[]) =>
      json<IngestResponse>('POST', '/internal/ingest/tool_call', { tool_calls }),
    /** The hints for a page as it is now. */
    lookup: (request: LookupRequest) => json<LookupResponse>('POST', '/hints/lookup', request),
    /** As `lookup`, for who may have the answer already: with the ETag of what was answered to the same before. */
    lookupIfChanged: (request: LookupRequest, etag: string | undefined) =>
      ifChanged<LookupResponse>(etag, 'POST', '/hints/lookup', request),
    /**
     * All hints of a domain, for use without a network: verify it with `openBundle` and the project's `bundle_key`. `not_found` where
     * there are none.
     */
    bundle: (domain: string, etag?: string) =>
      ifChanged<SignedBundle>(etag, 'GET', `/v1/hints/bundle?${new URLSearchParams({ domain })}`),
    /** A place to upload each artifact to, or the news that it is stored already. */
    sign: (artifacts: SignRequest['artifacts']) => json<SignResponse>('POST', '/v1/artifacts/sign', { artifacts }),
    /** The project of the key. */
    project: () => json<ProjectInfo>('GET', '/v1/project'),
    /** A run, up to 500 calls after that number; takes a secret key. */
    run: (runId: string, afterSeq = -1) =>
      json<StoredRunAnswer>('GET', `/v1/runs/${encodeURIComponent(runId)}?after_seq=${afterSeq}`),
    /** Hints as they are now, newest first; takes a secret key. */
    hints: (filter: { url_norm?: string; state?: HintState; limit?: number } = {}) =>
      json<HintList>(
        'GET',
        `/v1/hints?${new URLSearchParams(Object.entries(filter).map(([name, value]) => [name, String(value)]))}`,
      ),
    /** What hints bring, against runs that they were withheld from; `since` ISO 8601. Takes a secret key. */
    uplift: (query: { by?: UpliftBy; since?: string } = {}) =>
      json<UpliftAnswer>('GET', `/v1/hints/uplift?${new URLSearchParams(Object.entries(query))}`),
    /** All versions of a hint, and why each became what it is; takes a secret key. */
    hint: (hintId: string) => json<HintDetails>('GET', `/v1/hints/${encodeURIComponent(hintId)}`),
    /** Decides about a hint as an operator, which binds; takes a secret key. */
    decideHint: (hintId: string, decision: HintDecision) =>
      json<HintDetails>('POST', `/v1/hints/${encodeURIComponent(hintId)}/decision`, { decision }),
    /** Has a session, a user or a domain erased; takes a secret key. */
    erase: (subject: EraseRequest) => json<EraseReceipt>('POST', '/v1/erase', subject),
    /** What an erasure erased so far; takes a secret key. */
    eraseReceipt: (eraseId: string) => json<EraseReceipt>('GET', `/v1/erase/${encodeURIComponent(eraseId)}`),
    /** Runs a job now; that it failed or is busy is an answer. Takes a secret key. */
    async runJob(name: string): Promise<ApiResult<JobAnswer>> {
      const answered = await send('POST', `/internal/jobs/${encodeURIComponent(name)}`);
      if (!answered.ok) return answered;
      const parsed = await answered.value.json().catch(() => undefined);
      return isJobAnswer(parsed)
        ? { ok: true, value: parsed }
        : { ok: false, error: failureOf(answered.value, parsed) };
    },
    /** Whether the process answers. */
    healthz: () => json<{ ok: true }>('GET', '/healthz'),
    /** Whether the database does, with the whole schema. */
    readyz: () => json<{ ok: true }>('GET', '/readyz'),
    openapi: () => json<Readonly<Record<string, unknown>>>('GET', '/openapi.json'),
    /** In the text format of Prometheus. Takes a secret key, or METRICS_TOKEN as the key. */
    async metrics(): Promise<ApiResult<string>> {
      const answered = await send('GET', '/metrics');
      if (!answered.ok) return answered;
      const text = await answered.value.text().catch(() => '');
      return answered.value.ok
        ? { ok: true, value: text }
        : { ok: false, error: failureOf(answered.value, parse(text)) };
    },
    /**
     * Uploads the bytes of an artifact that `sign` answered with `upload`, straight to the storage. Bytes that are there
     * already are the same, since their hash is their name.
     */
    async upload(
      storageUrl: string,
      { bucket, path, token, content_type }: SignedArtifact,
      bytes: Uint8Array<ArrayBuffer>,
    ): Promise<ApiResult<'stored'>> {
      try {
        const response = await fetch(`${storageUrl}/object/upload/sign/${bucket}/${path}?token=${token}`, {
          method: 'PUT',
          headers: { 'content-type': content_type ?? 'application/octet-stream' },
          body: bytes,
          signal: AbortSignal.timeout(timeoutMs),
        });
        const parsed = await response.json().catch(() => undefined);
        return response.ok || (parsed as { statusCode?: unknown } | undefined)?.statusCode === '409'
          ? { ok: true, value: 'stored' }
          : { ok: false, error: failureOf(response, parsed) };
      } catch {
        return unreachable;
      }
    },
  };
}

export type Api = ReturnType<typeof createApi>;

const unreachable = { ok: false, error: { code: 'unreachable', message: 'the server does not answer' } } as const;

function failureOf(response: Response, body: unknown): ApiFailure {
  const { status } = response;
  const retry = retryAfterOf(response, Date.now());
  const told = {
    status,
    ...(retry === undefined ? {} : { retry_after_ms: retry }),
  };
  if (!isErrorBody(body)) return { code: 'unexpected_answer', message: `HTTP ${status}`, ...told };
  return { ...body.error, ...told };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const isErrorBody = (body: unknown): body is ErrorBody =>
  typeof (body as Partial<ErrorBody> | undefined)?.error?.code === 'string';

const isJobAnswer = (body: unknown): body is JobAnswer =>
  typeof (body as Partial<JobAnswer> | undefined)?.outcome === 'string';
