import type { Hono } from 'hono';
import { type AppDeps, createApp } from '../app.ts';
import { insertKey } from '../auth/manage_keys.ts';
import type { Db } from '../db/db.ts';
import { openJobs } from '../entry/open_jobs.ts';
import { createExposureBuffer } from '../hints/exposure_buffer.ts';
import type { ReleasePolicy } from '../hints/release.ts';
import { writeExposures } from '../hints/write_exposures.ts';
import type { AppEnv } from '../http/env.ts';
import { createLog } from '../log.ts';
import { createMetrics } from '../monitoring/metrics.ts';
import type { Blobs } from '../storage/blobs.ts';
import { createFolderStorage } from '../storage/folder.ts';
import type { StoredBlobs } from '../storage/stored_blobs.ts';
import { createTokens } from '../storage/token.ts';

/** The clock of tests, unless they bring their own. */
export const NOW = Date.UTC(2026, 5, 15, 12);

export interface TestApp {
  readonly app: Hono<AppEnv>;
  readonly projectId: string;
  readonly secret: string;
  readonly publishable: string;
  readonly logged: string[];
  /** Sends JSON, or a body as it is, with the secret key unless another is given. */
  send(method: string, path: string, body?: unknown, key?: string | null): Promise<Answer>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests reach into answers of every shape.
  readonly body: any;
}

/** One success makes a hint active. */
export const AT_ONCE: ReleasePolicy = { minSuccesses: 1, minDays: 1, decayDays: 0, halfLifeDays: 30, minKeys: 2 };

export interface TestAppChanges extends Partial<AppDeps> {
  readonly blobs?: Blobs;
  readonly release?: ReleasePolicy;
  /** What the jobs keep in Storage; absent: there is none. */
  readonly stored?: StoredBlobs;
  readonly retentionDays?: number;
}

/** An app over a database, with a project and keys of its own. */
export async function testApp(db: Db, changes: TestAppChanges = {}): Promise<TestApp> {
  const logged: string[] = [];
  const log = createLog('debug', (line) => logged.push(line));
  const now = changes.now ?? (() => NOW);
  const { blobs = NO_BLOBS, release = AT_ONCE, stored, retentionDays = 0, ...deps } = changes;
  const clock = () => performance.now();
  const metrics = createMetrics({
    version: 'test',
    connections: () => db.connections?.(),
    cache: () => deps.cache?.state() ?? [],
  });
  const tokens = await createTokens(crypto.getRandomValues(new Uint8Array(32)));
  const { projectId, secret, publishable } = await createProject(db);
  const app = createApp({
    db,
    log,
    now,
    clock,
    storage: createFolderStorage(blobs, tokens, now),
    folder: { blobs, tokens },
    jobs: openJobs(
      { release, retentionDays, quarantineDays: 0 },
      { db, log, cache: deps.cache, metrics, clock, now },
      stored,
    ),
    cache: undefined,
    canaryPercent: 10,
    holdoutPercent: 0,
    exposures: createExposureBuffer({
      write: (project, rows) => writeExposures(db, project, rows),
      count: metrics.exposed,
      log,
      delayMs: 0,
    }),
    releasing: () => ({ policy: release, now: new Date(now()) }),
    limiter: undefined,
    metrics,
    metricsToken: undefined,
    publicUrl: undefined,
    allowedOrigins: [],
    ...deps,
  });
  return {
    app,
    projectId,
    secret,
    publishable,
    logged,
    async send(method, path, body, key = secret) {
      const raw = body === undefined || typeof body === 'string' || body instanceof Uint8Array;
      const response = await app.request(path, {
        method,
        headers: key === null ? {} : { authorization: `Bearer ${key}` },
        ...(body === undefined ? {} : { body: raw ? (body as BodyInit) : JSON.stringify(body) }),
      });
      const text = await response.text();
      const isJson = response.headers.get('content-type')?.includes('json');
      return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
    },
  };
}

/** A project of its own for a test, with keys. */
export async function createProject(db: Db): Promise<{ projectId: string; secret: string; publishable: string }> {
  return db.tx('admin', async (tx) => {
    const [row] = await tx.query<{ project_id: string }>(
      'insert into projects (name) values (gen_random_uuid()::text) returning project_id',
    );
    const projectId = row?.project_id ?? '';
    return {
      projectId,
      secret: await insertKey(tx, projectId, 'secret', 'test'),
      publishable: await insertKey(tx, projectId, 'publishable', 'test'),
    };
  });
}

const NO_BLOBS: Blobs = {
  put: () => Promise.reject(new Error('no storage in this test')),
  read: () => new ReadableStream(),
  info: async () => undefined,
  list: async () => [],
  remove: async () => false,
};
