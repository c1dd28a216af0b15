import { Hono } from 'hono';
import type { RouteDeps } from '../app.ts';
import { isMigrated } from '../db/migrate.ts';
import { ApiError } from '../errors.ts';
import type { AppEnv } from '../http/env.ts';

/** `GET /healthz`: the process answers. `GET /readyz`: so does the database, with the whole schema. */
export function healthRoutes({ db }: RouteDeps): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  app.get('/healthz', (c) => c.json({ ok: true }));
  app.get('/readyz', async (c) => {
    if (!(await isMigrated(db))) throw new ApiError('unavailable', 'the schema is not applied', 5);
    return c.json({ ok: true });
  });
  return app;
}
