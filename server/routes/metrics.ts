import { Hono } from 'hono';
import type { RouteDeps } from '../app.ts';
import { sentKey } from '../auth/authenticate.ts';
import { requireSecret } from '../auth/require_secret.ts';
import { ApiError } from '../errors.ts';
import type { AppEnv } from '../http/env.ts';
import { sha256Hex } from '../sha256.ts';

/**
 * `GET /metrics`: counts of this instance over all projects, for Prometheus. Takes METRICS_TOKEN as a bearer where that is
 * set, else any secret key. Not open on loopback: behind a proxy on the same machine everybody comes from there.
 */
export function metricsRoutes({ metrics, metricsToken, authenticate }: RouteDeps): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  app.get('/metrics', async (c) => {
    const { headers } = c.req.raw;
    if (metricsToken === undefined) await requireSecret(authenticate, headers);
    else if (!isSame(sentKey(headers) ?? '', metricsToken)) {
      throw new ApiError('invalid_key', 'this route takes METRICS_TOKEN');
    }
    return c.body(metrics.text(), 200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' });
  });
  return app;
}

/** Over the hashes, so that the time it takes tells nothing of how much of a guess was right. */
const isSame = (a: string, b: string): boolean => sha256Hex(a) === sha256Hex(b);
