import { Hono } from 'hono';
import { MAX_BATCH_ITEMS, MAX_BODY_BYTES } from '../../shared/protocol/limits.ts';
import type { IngestResponse } from '../../shared/protocol/schema.ts';
import type { RouteDeps } from '../app.ts';
import { requireSecret } from '../auth/require_secret.ts';
import { ApiError } from '../errors.ts';
import { answer } from '../http/answer.ts';
import type { AppEnv } from '../http/env.ts';
import { readJson } from '../http/read_json.ts';
import { ingest } from '../ingest/ingest.ts';
import { countIngest } from '../monitoring/count_ingest.ts';

/**
 * `POST /internal/ingest/tool_call` (secret key): one call, an array of them, or `{tool_calls: […]}`.
 * `POST /v1/ingest`: `{items: […]}` of any kind. Both answer `IngestResponse`, 200 also where items were refused.
 */
export function ingestRoutes(deps: RouteDeps): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  const counted = async (projectId: string, items: readonly unknown[]): Promise<IngestResponse> => {
    const response = await ingest(deps, projectId, items);
    countIngest(deps.metrics, items, response);
    return response;
  };

  app.post('/internal/ingest/tool_call', async (c) => {
    const { projectId } = await requireSecret(deps.authenticate, c.req.raw.headers);
    const body = await readJson(c.req.raw, MAX_BODY_BYTES);
    return answer(c, await counted(projectId, bounded(callsOf(body))));
  });
  app.post('/v1/ingest', async (c) => {
    const { projectId } = await deps.authenticate(c.req.raw.headers);
    const body = await readJson(c.req.raw, MAX_BODY_BYTES);
    const items = isObject(body) ? body.items : undefined;
    if (!Array.isArray(items)) throw new ApiError('invalid_body', 'send {"items": […]}');
    return answer(c, await counted(projectId, bounded(items)));
  });
  return app;
}

function callsOf(body: unknown): readonly unknown[] {
  if (Array.isArray(body)) return body;
  if (!isObject(body)) throw new ApiError('invalid_body', 'send a tool call, an array of them, or {"tool_calls": […]}');
  if (!('tool_calls' in body)) return [body];
  if (Array.isArray(body.tool_calls)) return body.tool_calls;
  throw new ApiError('invalid_body', 'tool_calls must be an array');
}

function bounded(items: readonly unknown[]): readonly unknown[] {
  if (items.length === 0) throw new ApiError('invalid_body', 'there are no items');
  if (items.length <= MAX_BATCH_ITEMS) return items;
  throw new ApiError('payload_too_large', `more than ${MAX_BATCH_ITEMS} items`);
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
