import type { MiddlewareHandler } from 'hono';
import type { AppEnv } from './env.ts';

/**
 * What every answer says, whatever it holds: nothing of it is a page that others may embed, sniff or refer from. And caches on the
 * way keep nothing: a key may come in another header than Authorization, which they know.
 */
export const COMMON_HEADERS = {
  'cache-control': 'no-store',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'origin-agent-cluster': '?1',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=15552000; includeSubDomains',
  'x-content-type-options': 'nosniff',
  'x-dns-prefetch-control': 'off',
  'x-download-options': 'noopen',
  'x-frame-options': 'SAMEORIGIN',
  'x-permitted-cross-domain-policies': 'none',
  'x-xss-protection': '0',
} as const;

/** Puts them and the request's id on each answer that was not made with them (`answer`). */
export const commonHeaders = (): MiddlewareHandler<AppEnv> => async (c, next) => {
  await next();
  if (c.res === c.get('answer')) return;
  const { headers } = c.res;
  for (const [name, value] of Object.entries(COMMON_HEADERS)) headers.set(name, value);
  headers.set('x-request-id', c.get('requestId'));
};
