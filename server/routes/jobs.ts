import { Hono } from 'hono';
import type { JobAnswer } from '../../shared/protocol/answers.ts';
import type { RouteDeps } from '../app.ts';
import { requireSecret } from '../auth/require_secret.ts';
import { ApiError } from '../errors.ts';
import type { AppEnv } from '../http/env.ts';

/** `POST /internal/jobs/:name` (secret key): runs a job now and answers `JobResult`; 500 where it failed. */
export function jobRoutes({ jobs, authenticate }: RouteDeps): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  app.post('/internal/jobs/:name', async (c) => {
    await requireSecret(authenticate, c.req.raw.headers);
    const result = await jobs.run(c.req.param('name'));
    if (!result) throw new ApiError('not_found', `there is no such job; there are ${jobs.names.join(', ')}`);
    return c.json<JobAnswer>(result, result.outcome === 'failed' ? 500 : 200);
  });
  return app;
}
