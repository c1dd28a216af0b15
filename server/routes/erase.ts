import { Hono } from 'hono';
import * as z from 'zod';
import type { EraseReceipt } from '../../shared/protocol/answers.ts';
import { MAX_BODY_BYTES } from '../../shared/protocol/limits.ts';
import { EraseRequest } from '../../shared/protocol/schema.ts';
import type { RouteDeps } from '../app.ts';
import { requireSecret } from '../auth/require_secret.ts';
import { readReceipt, requestErasure } from '../erase/requests.ts';
import { ApiError } from '../errors.ts';
import type { AppEnv } from '../http/env.ts';
import { parseRequest } from '../http/parse_request.ts';
import { readJson } from '../http/read_json.ts';

/**
 * `POST /v1/erase`: `EraseRequest` → `EraseReceipt`, which `GET /v1/erase/:erase_id` reads again. Both take a secret key:
 * a publishable one is in every copy of the extension, and who knows a session's id need not be who it is about.
 */
export function eraseRoutes({ db, authenticate }: RouteDeps): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  app.post('/v1/erase', async (c) => {
    const { projectId } = await requireSecret(authenticate, c.req.raw.headers);
    const subject = parseRequest(EraseRequest, await readJson(c.req.raw, MAX_BODY_BYTES));
    return c.json<EraseReceipt>(await requestErasure(db, projectId, subject));
  });
  app.get('/v1/erase/:erase_id', async (c) => {
    const { projectId } = await requireSecret(authenticate, c.req.raw.headers);
    const receipt = await readReceipt(db, projectId, parseRequest(z.guid(), c.req.param('erase_id')));
    if (!receipt) throw new ApiError('not_found', 'there is no such erasure');
    return c.json<EraseReceipt>(receipt);
  });
  return app;
}
