import { Hono } from 'hono';
import { MAX_BATCH_ITEMS, MAX_BODY_BYTES } from '../../shared/protocol/limits.ts';
import type { IngestResponse } from '../../shared/protocol/schema.ts';
import type { RouteDeps } from '../app.ts';
import { requireSecret } from '../auth/require_secret.ts';
import { ApiError } from '../errors.ts';
import { answer } from '../http/answer.ts';
import type { AppEnv } from '../http/env.ts';
import { parseJson, readText } from '../http/read_json.ts';
import { isStorableJson } from '../ingest/check_json.ts';
import { ingest, type Sender } from '../ingest/ingest.ts';
import { countIngest } from '../monitoring/count_ingest.ts';

/**
 * `POST /internal/ingest/tool_call` (secret key): one call, an array of them, or `{tool_calls: […]}`.
 * `POST /v1/ingest`: `{items: […]}` of any kind. Both answer `IngestResponse`, 200 also where items were refused.
 */
export function ingestRoutes(deps: RouteDeps): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  const counted = async (
    sender: Sender,
    request: Request,
    itemsOf: (body: unknown) => readonly unknown[],
  ): Promise<IngestResponse> => {
    const text = await readText(request, MAX_BODY_BYTES);
    const { response, verified } = await ingest(
      deps,
      sender,
      () => bounded(itemsOf(parseJson(text))),
      isStorableJson(text),
    );
    countIngest(deps.metrics, response, verified);
    return response;
  };

  app.post('/internal/ingest/tool_call', async (c) => {
    const caller = await requireSecret(deps.authenticate, c.req.raw.headers);
    return answer(c, await counted(caller, c.req.raw, callsOf));
  });
  app.post('/v1/ingest', async (c) => {
    const caller = await deps.authenticate(c.req.raw.headers);
    return answer(c, await counted(caller, c.req.raw, itemsOf));
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

function itemsOf(body: unknown): readonly unknown[] {
  if (isObject(body) && Array.isArray(body.items)) return body.items;
  throw new ApiError('invalid_body', 'send {"items": […]}');
}

function bounded(items: readonly unknown[]): readonly unknown[] {
  if (items.length === 0) throw new ApiError('invalid_body', 'there are no items');
  if (items.length <= MAX_BATCH_ITEMS) return items;
  throw new ApiError('payload_too_large', `more than ${MAX_BATCH_ITEMS} items`);
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
