import type { MiddlewareHandler } from 'hono';
import { routePath } from 'hono/route';
import type { AppEnv } from '../http/env.ts';
import type { Log } from '../log.ts';
import type { Metrics } from './metrics.ts';

/** What is asked every few seconds: logged at debug only. */
const PROBES = ['/healthz', '/readyz', '/metrics'];

/** Times each request and tells the log and the metrics. `clock` in ms, of any origin. */
export const observe =
  (metrics: Metrics, log: Log, clock: () => number): MiddlewareHandler<AppEnv> =>
  async (c, next) => {
    const started = clock();
    await next();
    const ms = clock() - started;
    const { method } = c.req;
    const { status } = c.res;
    // What answered last; where no route did, that is the middleware for all paths.
    const matched = routePath(c);
    const route = matched === '/*' ? 'none' : matched;
    metrics.request(route, method, status, ms);
    const fields = { request_id: c.get('requestId'), method, route, status, ms: Math.round(ms * 100) / 100 };
    log[PROBES.includes(route) ? 'debug' : 'info']('request', fields);
  };
