import { rm } from 'node:fs/promises';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type * as z from 'zod';
import { type ApiResult, createApi } from '../../shared/client/api.ts';
import * as answers from '../../shared/protocol/answers.ts';
import { LookupResponse, type ToolCall } from '../../shared/protocol/schema.ts';
import { upliftAnswer } from '../../shared/protocol/uplift.ts';
import type { Db } from '../db/db.ts';
import { listen } from '../entry/listen.ts';
import type { Listening } from '../entry/start.ts';
import { createMemoryRateLimiter } from '../rate/memory.ts';
import { sha256Hex } from '../sha256.ts';
import { openFileBlobs } from '../storage/file_blobs.ts';
import { openTestPglite } from '../testing/pglite.ts';
import { emptyDir } from '../testing/server_process.ts';
import { type TestApp, testApp } from '../testing/test_app.ts';

describe('the typed client', () => {
  let db: Db;
  let t: TestApp;
  let server: Listening;
  let serverUrl: string;
  let dir: string;
  beforeAll(async () => {
    db = await openTestPglite();
    dir = await emptyDir();
    t = await testApp(db, { blobs: openFileBlobs(dir) });
    server = await listen(t.app.fetch, '127.0.0.1', 0);
    serverUrl = `http://127.0.0.1:${server.port}`;
  });
  afterAll(async () => {
    await server.close();
    await db.close();
    await rm(dir, { recursive: true });
  });
  const client = (key?: string) => createApi({ serverUrl, fetch, ...(key === undefined ? {} : { key }) });
  /** The value, which the schema of the OpenAPI document takes as well. */
  function taken<T>(result: ApiResult<T>, schema?: z.ZodType): T {
    if (!result.ok) throw new Error(JSON.stringify(result.error));
    if (schema) expect(schema.safeParse(result.value).error).toBeUndefined();
    return result.value;
  }

  test('speaks every route', async () => {
    const api = client(t.secret);
    const call: ToolCall = {
      context: { run_id: uuidv7() },
      tool_name: 'click',
      seq: 0,
      event_uuid: uuidv7(),
      started_at: '2026-06-15T11:00:00Z',
    };
    const ingested = taken(await api.ingest([{ ...call, kind: 'tool_call' }]), answers.ingestResponse);
    expect(ingested.accepted).toBe(1);
    const again = taken(await api.ingestToolCalls([call]), answers.ingestResponse);
    expect(again.duplicate).toBe(1);
    const run = taken(await api.run(call.context.run_id), answers.storedRun);
    expect(run.calls).toHaveLength(1);
    taken(await api.lookup({ url: 'https://shop.example/' }), LookupResponse);
    expect(taken(await api.hints({ state: 'active', limit: 5 }), answers.hintList).hints).toEqual([]);
    expect(taken(await api.uplift({ by: 'domain', since: '2026-06-15T11:00:00Z' }), upliftAnswer).groups).toEqual([]);
    expect(await api.hint('1')).toMatchObject({ ok: false, error: { code: 'not_found' } });
    expect(await api.decideHint('1', 'veto')).toMatchObject({ ok: false, error: { code: 'not_found' } });
    expect(taken(await api.project(), answers.projectInfo).project_id).toBe(t.projectId);
    const asked = taken(await api.erase({ domain: 'Shop.example' }), answers.eraseReceipt);
    expect(asked).toMatchObject({ subject: { domain: 'shop.example' }, status: 'waiting', finished_at: null });
    expect(taken(await api.eraseReceipt(asked.erase_id), answers.eraseReceipt)).toEqual(asked);
    expect(taken(await api.runJob('partitions'), answers.jobAnswer).outcome).toBe('succeeded');
    taken(await api.healthz(), answers.okAnswer);
    taken(await api.readyz(), answers.okAnswer);
    expect(taken(await api.openapi())).toMatchObject({ openapi: '3.1.0' });
    expect(taken(await api.metrics())).toContain('laskobot_build_info');
  });

  test('signs and uploads', async () => {
    const api = client(t.publishable);
    const bytes = new TextEncoder().encode('<html></html>');
    const wanted = {
      type: 'dom',
      content_hash: sha256Hex('<html></html>'),
      size: bytes.length,
      ext: 'html',
    } as const;
    const signed = await api.sign([wanted]);
    const { storage_url, artifacts } = taken(signed, answers.signResponse);
    const [artifact] = artifacts;
    expect(artifact?.status).toBe('upload');
    if (!artifact) return;
    expect(await api.upload(storage_url, artifact, bytes)).toEqual({ ok: true, value: 'stored' });
    expect(await api.upload(storage_url, artifact, bytes)).toEqual({ ok: true, value: 'stored' });
    expect(await api.upload(storage_url, { ...artifact, token: 'x' }, bytes)).toMatchObject({
      ok: false,
      error: { code: 'unexpected_answer', status: 400 },
    });
  });

  test('errors are values with codes', async () => {
    expect(await client().project()).toMatchObject({ ok: false, error: { code: 'missing_key', status: 401 } });
    expect(await client(t.publishable).metrics()).toMatchObject({
      ok: false,
      error: { code: 'forbidden', status: 403 },
    });
    expect(await client(t.secret).run('x')).toMatchObject({ ok: false, error: { code: 'invalid_value', status: 400 } });
    expect(await client(t.secret).runJob('x')).toMatchObject({
      ok: false,
      error: { code: 'not_found', request_id: expect.any(String) },
    });
    const limited = await testApp(db, { limiter: createMemoryRateLimiter(1, () => 0) });
    const asked = (key: string) =>
      createApi({ serverUrl: 'http://x', key, fetch: async (url, init) => limited.app.request(String(url), init) });
    await asked(limited.secret).project();
    expect(await asked(limited.secret).project()).toMatchObject({
      ok: false,
      error: { code: 'rate_limited', retry_after_ms: 60_000 },
    });
    expect(await createApi({ serverUrl: 'http://127.0.0.1:1', fetch }).healthz()).toMatchObject({
      ok: false,
      error: { code: 'unreachable' },
    });
    const other = createApi({ serverUrl: 'http://x', fetch: async () => new Response('<html>', { status: 502 }) });
    expect(await other.healthz()).toMatchObject({ ok: false, error: { code: 'unexpected_answer', status: 502 } });
  });
});
