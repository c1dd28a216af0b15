import { Hono } from 'hono';
import * as z from 'zod';
import { HintDecisionRequest, type HintDetails, type HintList, hintId } from '../../shared/protocol/answers.ts';
import type { HintEvidence } from '../../shared/protocol/evidence.ts';
import { MAX_BODY_BYTES } from '../../shared/protocol/limits.ts';
import { HINT_STATES } from '../../shared/protocol/schema.ts';
import type { RouteDeps } from '../app.ts';
import { requireSecret } from '../auth/require_secret.ts';
import { ApiError } from '../errors.ts';
import { listHints, operate, showHint } from '../hints/operate.ts';
import { readEvidence } from '../hints/read_evidence.ts';
import type { AppEnv } from '../http/env.ts';
import { parseRequest } from '../http/parse_request.ts';
import { readJson } from '../http/read_json.ts';

const ListQuery = z.object({
  url_norm: z.string().max(2048).optional(),
  state: z.enum(HINT_STATES).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(50),
});

/**
 * For operators, with a secret key. `GET /v1/hints?url_norm=&state=&limit=`, `GET /v1/hints/:hint_id` with all versions and why
 * each became what it is, `GET /v1/hints/:hint_id/evidence` with what speaks for and against that version,
 * `POST /v1/hints/:hint_id/decision` `{decision}`, which answers the same as the second.
 */
export function hintRoutes({ db, cache, releasing, authenticate }: RouteDeps): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  const details = async (projectId: string, id: string): Promise<HintDetails> => {
    const hint = await showHint(db, projectId, id, releasing());
    if (!hint) throw new ApiError('not_found', 'there is no such hint');
    return hint;
  };
  app.get('/v1/hints', async (c) => {
    const { projectId } = await requireSecret(authenticate, c.req.raw.headers);
    return c.json<HintList>({ hints: await listHints(db, projectId, parseRequest(ListQuery, c.req.query())) });
  });
  app.get('/v1/hints/:hint_id', async (c) => {
    const { projectId } = await requireSecret(authenticate, c.req.raw.headers);
    return c.json<HintDetails>(await details(projectId, parseRequest(hintId, c.req.param('hint_id'))));
  });
  app.get('/v1/hints/:hint_id/evidence', async (c) => {
    const { projectId } = await requireSecret(authenticate, c.req.raw.headers);
    const id = parseRequest(hintId, c.req.param('hint_id'));
    const [evidence] = await db.tx('admin', (tx) => readEvidence(tx, projectId, [id]));
    if (!evidence) throw new ApiError('not_found', 'there is no such hint about a control');
    return c.json<HintEvidence>(evidence);
  });
  app.post('/v1/hints/:hint_id/decision', async (c) => {
    const { projectId } = await requireSecret(authenticate, c.req.raw.headers);
    const id = parseRequest(hintId, c.req.param('hint_id'));
    const { decision } = parseRequest(HintDecisionRequest, await readJson(c.req.raw, MAX_BODY_BYTES));
    await operate({ db, cache, releasing: releasing() }, projectId, id, decision);
    return c.json<HintDetails>(await details(projectId, id));
  });
  return app;
}
