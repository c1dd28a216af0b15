import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

export const PROTOCOL = 'laskobot.v2';
/** Before the token among the sub-protocols: scripts of pages and extensions can set no header. */
const TOKEN_PROTOCOL = 'laskobot.token.';
const EXTENSION = /^(?:chrome|moz|safari-web)-extension:\/\/[\w-]+$/;

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** In the same time whatever is wrong with it. */
export const isToken = (given: string, token: string): boolean => timingSafeEqual(digest(given), digest(token));

/** The token that a connection brings with its request: as a bearer, or as a sub-protocol. */
export function tokenOf({ headers }: IncomingMessage): string | undefined {
  const [, bearer] = /^bearer\s+(\S+)$/i.exec(headers.authorization ?? '') ?? [];
  const protocols = (headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
  const named = protocols.find((name) => name.startsWith(TOKEN_PROTOCOL));
  return bearer ?? named?.slice(TOKEN_PROTOCOL.length);
}

/**
 * Why a connection is not taken. Host is checked beside Origin: a page whose name was made to lead to this machine names itself in both.
 * Programs send no Origin; extensions theirs, and other pages only where they are listed.
 */
export function refusalOf({ headers }: IncomingMessage, port: number, origins: readonly string[]): string | undefined {
  const hosts = ['127.0.0.1', 'localhost', '[::1]'].map((name) => `${name}:${port}`);
  if (!hosts.includes((headers.host ?? '').toLowerCase())) return 'Host is not this machine';
  const { origin } = headers;
  if (origin === undefined || EXTENSION.test(origin) || origins.includes(origin)) return undefined;
  return 'Origin is not allowed';
}
