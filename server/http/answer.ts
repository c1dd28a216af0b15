import type { Context } from 'hono';
import { COMMON_HEADERS } from './common_headers.ts';
import type { AppEnv } from './env.ts';

/**
 * A JSON answer with all its headers, for what is asked often: on Node headers that are put on an answer afterwards cost more
 * than to make it.
 */
export function answer(c: Context<AppEnv>, value: unknown): Response {
  const response = new Response(JSON.stringify(value), {
    headers: { ...COMMON_HEADERS, 'content-type': 'application/json', 'x-request-id': c.get('requestId') },
  });
  c.set('answer', response);
  return response;
}
