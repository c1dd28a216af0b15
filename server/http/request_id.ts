import type { MiddlewareHandler } from 'hono';
import type { AppEnv } from './env.ts';

/** Gives each request an id, the client's own where it sent a sane one; `commonHeaders` says it in `x-request-id`. */
export const requestId = (): MiddlewareHandler<AppEnv> => (c, next) => {
  const sent = c.req.header('x-request-id');
  c.set('requestId', sent && /^[\w.-]{1,64}$/.test(sent) ? sent : crypto.randomUUID());
  return next();
};
