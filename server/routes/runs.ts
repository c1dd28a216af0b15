import { Hono } from 'hono';
import * as z from 'zod';
import type { StoredRunAnswer } from '../../shared/protocol/answers.ts';
import type { RouteDeps } from '../app.ts';
import { requireSecret } from '../auth/require_secret.ts';
import { ApiError } from '../errors.ts';
import type { AppEnv } from '../http/env.ts';
import { parseRequest } from '../http/parse_request.ts';
import { readRun } from '../runs/read_run.ts';

const RunQuery = z.object({ run_id: z.guid(), after_seq: z.coerce.number().int().min(-1).max(2_147_483_647) });

/** `GET /v1/runs/:run_id?after_seq=N` (secret key): `StoredRun`, up to 500 calls after that number. */
export function runRoutes({ db, authenticate }: RouteDeps): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  app.get('/v1/runs/:run_id', async (c) => {
    const { projectId } = await requireSecret(authenticate, c.req.raw.headers);
    const { run_id, after_seq } = parseRequest(RunQuery, {
      run_id: c.req.param('run_id'),
      after_seq: c.req.query('after_seq') ?? -1,
    });
    const run = await readRun(db, projectId, run_id, after_seq);
    if (!run) throw new ApiError('not_found', 'there is no such run');
    return c.json<StoredRunAnswer>(run);
  });
  return app;
}
