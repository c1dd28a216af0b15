import { Hono } from 'hono';
import { MAX_BODY_BYTES } from '../../shared/protocol/limits.ts';
import { SignRequest, type SignResponse } from '../../shared/protocol/schema.ts';
import type { RouteDeps } from '../app.ts';
import { signArtifacts } from '../artifacts/sign.ts';
import type { AppEnv } from '../http/env.ts';
import { parseRequest } from '../http/parse_request.ts';
import { readJson } from '../http/read_json.ts';

/** `POST /v1/artifacts/sign`: `SignRequest` → `SignResponse`. */
export function signRoutes({ db, storage, publicUrl, authenticate }: RouteDeps): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  app.post('/v1/artifacts/sign', async (c) => {
    const { projectId } = await authenticate(c.req.raw.headers);
    const { artifacts } = parseRequest(SignRequest, await readJson(c.req.raw, MAX_BODY_BYTES));
    const base = publicUrl ?? new URL(c.req.url).origin;
    return c.json<SignResponse>({
      storage_url: storage.url ?? `${base}/storage/v1`,
      artifacts: await signArtifacts(db, storage, projectId, artifacts),
    });
  });
  return app;
}
