import type { MiddlewareHandler } from 'hono';
import type { AppEnv } from './env.ts';

/** Gives each request an id, the client's own where it sent a sane one, and says it in `x-request-id`. */
export const requestId = (): MiddlewareHandler<AppEnv> => async (c, next) => {
  const sent = c.req.header('x-request-id');
  const id = sent && /^[\w.-]{1,64}$/.test(sent) ? sent : crypto.randomUUID();
  c.set('requestId', id);
  await next();
  c.res.headers.set('x-request-id', id);
};
