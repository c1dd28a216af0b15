import { Hono } from 'hono';
import { cors } from 'hono/cors';
import { type Authenticate, createAuthenticate } from './auth/authenticate.ts';
import { createSigningKeys, type SigningKeys } from './bundles/signing_key.ts';
import type { HintCache } from './cache/hint_cache.ts';
import { type Db, DbUnavailable } from './db/db.ts';
import { ApiError } from './errors.ts';
import type { ExposureBuffer } from './hints/exposure_buffer.ts';
import { commonHeaders } from './http/common_headers.ts';
import type { AppEnv } from './http/env.ts';
import { isAllowedOrigin } from './http/origins.ts';
import { requestId } from './http/request_id.ts';
import type { Releasing } from './jobs/aggregate/publish_hints.ts';
import type { JobRunner } from './jobs/runner.ts';
import type { Log } from './log.ts';
import type { Metrics } from './monitoring/metrics.ts';
import { observe } from './monitoring/observe.ts';
import { limited } from './rate/limited.ts';
import type { RateLimiter } from './rate/rate_limiter.ts';
import { bundleRoutes } from './routes/bundle.ts';
import { docsRoutes } from './routes/docs.ts';
import { eraseRoutes } from './routes/erase.ts';
import { healthRoutes } from './routes/health.ts';
import { hintRoutes } from './routes/hints.ts';
import { ingestRoutes } from './routes/ingest.ts';
import { jobRoutes } from './routes/jobs.ts';
import { lookupRoutes } from './routes/lookup.ts';
import { metricsRoutes } from './routes/metrics.ts';
import { projectRoutes } from './routes/project.ts';
import { runRoutes } from './routes/runs.ts';
import { signRoutes } from './routes/sign.ts';
import { storageRoutes } from './routes/storage.ts';
import { upliftRoutes } from './routes/uplift.ts';
import type { Blobs } from './storage/blobs.ts';
import { type ArtifactStorage, StorageUnavailable } from './storage/storage.ts';
import type { Tokens } from './storage/token.ts';

export interface AppDeps {
  readonly db: Db;
  readonly storage: ArtifactStorage;
  /** Where this server itself keeps the bytes; absent with another storage. */
  readonly folder?: { readonly blobs: Blobs; readonly tokens: Tokens };
  readonly jobs: JobRunner;
  /** Absent: every lookup reads the database. */
  readonly cache: HintCache | undefined;
  /** By what hints are released, now. */
  readonly releasing: () => Releasing;
  /** Share of runs that are told hints which have not yet earned their place. */
  readonly canaryPercent: number;
  /** Share of runs that a hint is withheld from. */
  readonly holdoutPercent: number;
  /** Where lookups put down what they told and withheld. */
  readonly exposures: ExposureBuffer;
  /** Absent: keys may send any number of requests. */
  readonly limiter: RateLimiter | undefined;
  readonly metrics: Metrics;
  /** What opens /metrics; absent: any secret key. */
  readonly metricsToken: string | undefined;
  readonly log: Log;
  /** ms since 1970 */
  readonly now: () => number;
  /** ms of any origin, for durations */
  readonly clock: () => number;
  readonly publicUrl: string | undefined;
  readonly allowedOrigins: readonly string[];
}

/** What the routes share. */
export interface RouteDeps extends AppDeps {
  readonly authenticate: Authenticate;
  readonly signingKeys: SigningKeys;
}

/** Seconds after which a client that met an outage should ask again. */
const RETRY_AFTER_S = 5;

/**
 * The whole HTTP surface, on nothing but web standards.
 * @example serve({ fetch: createApp(deps).fetch, port: 8787 });
 */
export function createApp(deps: AppDeps): Hono<AppEnv> {
  const { log, folder, now, limiter, metrics } = deps;
  const known = createAuthenticate(deps.db, now);
  const routeDeps: RouteDeps = {
    ...deps,
    authenticate: limiter ? limited(known, limiter) : known,
    signingKeys: createSigningKeys(deps.db),
  };
  const app = new Hono<AppEnv>();

  app.use(requestId());
  app.use(commonHeaders());
  app.use(observe(metrics, log, deps.clock));
  const crossOrigin = cors({
    origin: (origin) => (isAllowedOrigin(origin, deps.allowedOrigins) ? origin : null),
    allowHeaders: [
      'authorization',
      'apikey',
      'x-api-key',
      'content-type',
      'content-encoding',
      'x-upsert',
      'x-request-id',
      'cache-control',
      'if-none-match',
    ],
    allowMethods: ['GET', 'HEAD', 'POST', 'PUT', 'DELETE'],
    exposeHeaders: ['x-request-id', 'retry-after', 'etag'],
    maxAge: 600,
  });
  // It has Hono build each response twice; programs send no origin.
  app.use((c, next) => (c.req.header('origin') === undefined ? next() : crossOrigin(c, next)));

  app.route('/', healthRoutes(routeDeps));
  app.route('/', ingestRoutes(routeDeps));
  app.route('/', lookupRoutes(routeDeps));
  // Before the route of one hint, which takes any name for an id.
  app.route('/', bundleRoutes(routeDeps));
  app.route('/', upliftRoutes(routeDeps));
  app.route('/', hintRoutes(routeDeps));
  app.route('/', projectRoutes(routeDeps));
  app.route('/', runRoutes(routeDeps));
  app.route('/', signRoutes(routeDeps));
  app.route('/', eraseRoutes(routeDeps));
  app.route('/', jobRoutes(routeDeps));
  app.route('/', metricsRoutes(routeDeps));
  app.route('/', docsRoutes());
  if (folder) app.route('/storage/v1', storageRoutes({ ...folder, authenticate: routeDeps.authenticate, now }));

  app.notFound((c) => c.json(new ApiError('not_found', 'no such route').body(c.get('requestId')), 404));
  app.onError((error, c) => {
    const id = c.get('requestId');
    const refusal = asApiError(error);
    metrics.refused(refusal.code);
    if (refusal.status >= 500) {
      log.error('request.failed', { request_id: id, method: c.req.method, code: refusal.code, error: nameOf(error) });
    }
    if (refusal.retryAfter !== undefined) c.header('retry-after', String(refusal.retryAfter));
    return c.json(refusal.body(id), refusal.status);
  });
  return app;
}

function asApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  if (error instanceof DbUnavailable) return new ApiError('unavailable', error.message, RETRY_AFTER_S);
  if (error instanceof StorageUnavailable) return new ApiError('unavailable', 'storage does not answer', RETRY_AFTER_S);
  return new ApiError('internal', 'something went wrong here; the request id finds it in the log');
}

/** Class and code, never the message: it may quote what was sent. The first frame says where. */
function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const code = 'code' in error && typeof error.code === 'string' ? ` ${error.code}` : '';
  const frame = /^\s+at .*$/m.exec(error.stack ?? '')?.[0].trim() ?? '';
  return `${error.name}${code} ${frame}`.trim();
}
