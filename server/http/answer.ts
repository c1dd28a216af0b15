import type { Context } from 'hono';
import { sha256Hex } from '../sha256.ts';
import { COMMON_HEADERS } from './common_headers.ts';
import type { AppEnv } from './env.ts';

/**
 * A JSON answer with all its headers, for what is asked often: on Node headers that are put on an answer afterwards cost more
 * than to make it.
 */
export const answer = (c: Context<AppEnv>, value: unknown): Response => respond(c, JSON.stringify(value));

/** As `answer`, with a strong ETag; who has it already (If-None-Match) is answered 304 without the body. */
export function conditionalAnswer(c: Context<AppEnv>, value: unknown, etag?: string): Response {
  const body = JSON.stringify(value);
  const own = etag ?? `"${sha256Hex(body).slice(0, 32)}"`;
  return respond(c, isKnown(c.req.header('if-none-match'), own) ? undefined : body, { etag: own });
}

function respond(c: Context<AppEnv>, body: string | undefined, headers: Readonly<Record<string, string>> = {}) {
  const response = new Response(body ?? null, {
    status: body === undefined ? 304 : 200,
    headers: {
      ...COMMON_HEADERS,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      'x-request-id': c.get('requestId'),
      ...headers,
    },
  });
  c.set('answer', response);
  return response;
}

/** Whether If-None-Match names an ETag, compared as RFC 9110, 13.1.2 has it. */
const isKnown = (sent: string | undefined, etag: string): boolean =>
  (sent ?? '').split(',').some((each) => each.trim() === '*' || each.trim().replace(/^W\//, '') === etag);
