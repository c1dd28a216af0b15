import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { namesLoopback } from '../loopback.ts';

export const PROTOCOL = 'laskobot.v2';
/** Before the token among the sub-protocols: scripts of pages and extensions can set no header. */
const TOKEN_PROTOCOL = 'laskobot.token.';
/** What a token may hold: what the name of a sub-protocol and a bearer token both may (RFC 9110, 5.6.2; RFC 6750, 2.1). */
export const TOKEN = /^[\w.~+-]+$/;
const EXTENSION = /^(?:chrome|moz|safari-web)-extension:\/\/[\w-]+$/i;

export type Refusal = readonly [status: '401 Unauthorized' | '403 Forbidden', reason: string];

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** In the same time whatever is wrong with it. */
const isToken = (given: string, token: string): boolean => timingSafeEqual(digest(given), digest(token));

function tokenOf(headers: IncomingHttpHeaders): string | undefined {
  const [, bearer] = /^bearer\s+(\S+)$/i.exec(headers.authorization ?? '') ?? [];
  const protocols = (headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
  return bearer ?? protocols.find((name) => name.startsWith(TOKEN_PROTOCOL))?.slice(TOKEN_PROTOCOL.length);
}

/**
 * Why a connection is not taken; undefined where it is. Host is checked beside Origin: a page whose name was made to lead to this
 * machine names itself in both. Programs send no Origin; extensions theirs, and pages only where they are listed.
 */
export function refusalOf(
  headers: IncomingHttpHeaders,
  { token, origins }: { readonly token: string; readonly origins: readonly string[] },
): Refusal | undefined {
  const { host, origin } = headers;
  if (!namesLoopback(host)) return ['403 Forbidden', 'Host is not this machine'];
  if (origin !== undefined && !EXTENSION.test(origin) && !origins.includes(origin))
    return ['403 Forbidden', 'Origin is not allowed'];
  const given = tokenOf(headers);
  if (given === undefined || !isToken(given, token)) return ['401 Unauthorized', 'the token is missing or wrong'];
  return undefined;
}
