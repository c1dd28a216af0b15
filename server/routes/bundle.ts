import { Hono } from 'hono';
import { BundleQuery } from '../../shared/protocol/bundle.ts';
import type { RouteDeps } from '../app.ts';
import { bundleOf } from '../bundles/bundle_of.ts';
import { ApiError } from '../errors.ts';
import { conditionalAnswer } from '../http/answer.ts';
import type { AppEnv } from '../http/env.ts';
import { parseRequest } from '../http/parse_request.ts';

/** `GET /v1/hints/bundle?domain=`: `SignedBundle`; 304 for an ETag that is in force. */
export function bundleRoutes({ authenticate, ...deps }: RouteDeps): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  app.get('/v1/hints/bundle', async (c) => {
    const { projectId } = await authenticate(c.req.raw.headers);
    const made = await bundleOf(deps, projectId, parseRequest(BundleQuery, c.req.query()).domain);
    if (!made) throw new ApiError('not_found', 'there are no hints of this domain');
    const { payload, signature, etag } = made;
    return conditionalAnswer(c, { payload, signature }, etag);
  });
  return app;
}
