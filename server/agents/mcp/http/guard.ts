import type { IncomingHttpHeaders } from 'node:http';
import { isLoopback, namesLoopback } from '../../loopback.ts';

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
  if (isLoopback(boundTo) && !namesLoopback(host)) return 'this host name is not allowed';
  return undefined;
}
