import type { MiddlewareHandler } from 'hono';
import type { AppEnv } from './env.ts';

/** Tells caches on the way to keep nothing: a key may come in another header than Authorization, which they know. */
export const noStore = (): MiddlewareHandler<AppEnv> => async (c, next) => {
  await next();
  if (!c.res.headers.has('cache-control')) c.res.headers.set('cache-control', 'no-store');
};
