import { Hono } from 'hono';
import { type UpliftAnswer, UpliftQuery } from '../../shared/protocol/uplift.ts';
import type { RouteDeps } from '../app.ts';
import { requireSecret } from '../auth/require_secret.ts';
import { uplift } from '../hints/uplift.ts';
import type { AppEnv } from '../http/env.ts';
import { parseRequest } from '../http/parse_request.ts';

/** `GET /v1/hints/uplift?by=&since=` (secret key): `UpliftQuery` → `UpliftAnswer`. */
export function upliftRoutes({ db, authenticate }: RouteDeps): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  app.get('/v1/hints/uplift', async (c) => {
    const { projectId } = await requireSecret(authenticate, c.req.raw.headers);
    return c.json<UpliftAnswer>(await uplift(db, projectId, parseRequest(UpliftQuery, c.req.query())));
  });
  return app;
}
