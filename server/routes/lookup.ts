import { Hono } from 'hono';
import { MAX_BODY_BYTES } from '../../shared/protocol/limits.ts';
import { LookupRequest } from '../../shared/protocol/schema.ts';
import type { RouteDeps } from '../app.ts';
import { createFindHints } from '../hints/find_hints.ts';
import { lookup } from '../hints/lookup.ts';
import { answer, conditionalAnswer } from '../http/answer.ts';
import type { AppEnv } from '../http/env.ts';
import { requestParser } from '../http/parse_request.ts';
import { readJson } from '../http/read_json.ts';

const parse = requestParser(LookupRequest);

/**
 * `POST /hints/lookup`: `LookupRequest` → `LookupResponse`, with an ETag of what it says; 304 for who has that already, and an exposure
 * like any other. With a trace, whose times are new each time, without.
 */
export function lookupRoutes(deps: RouteDeps): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  const { db, clock, now, cache, exposures, canaryPercent, holdoutPercent, metrics, authenticate } = deps;
  const lookupDeps = {
    findHints: createFindHints(db),
    clock,
    now,
    cache,
    exposures,
    canaryPercent,
    holdoutPercent,
  };
  app.post('/hints/lookup', async (c) => {
    const caller = await authenticate(c.req.raw.headers);
    const request = parse(await readJson(c.req.raw, MAX_BODY_BYTES));
    const { response, layer } = await lookup(lookupDeps, caller, request);
    const { page_match, page_hints, element_hints } = response;
    metrics.lookup(page_match, page_hints.length + element_hints.length > 0, layer);
    return response.trace ? answer(c, response) : conditionalAnswer(c, response);
  });
  return app;
}
