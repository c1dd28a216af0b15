import type { IncomingHttpHeaders } from 'node:http';

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[?::1\]?)$/i;
export const isLoopback = (host: string): boolean => LOOPBACK.test(host);

/** A host with its port, without the port. */
const nameOf = (host: string): string => host.replace(/:\d+$/, '');

/**
 * Why a request is refused; undefined where it is not. A page that a browser shows may neither call us directly (its Origin says where
 * it is from) nor by a name of its own that it has pointed here (the Host is then that name).
 */
export function refusalOf(
  { origin, host }: IncomingHttpHeaders,
  { boundTo, allowedOrigins }: { readonly boundTo: string; readonly allowedOrigins: readonly string[] },
): string | undefined {
  if (origin !== undefined && !allowedOrigins.includes(origin)) {
    const from = URL.canParse(origin) ? new URL(origin).hostname : '';
    if (!isLoopback(from)) return 'this origin is not allowed';
  }
  if (isLoopback(boundTo) && !isLoopback(nameOf(host ?? ''))) return 'this host name is not allowed';
  return undefined;
}
