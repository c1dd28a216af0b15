import { ApiError } from '../errors.ts';
import type { Authenticate, Caller } from './authenticate.ts';

/** The caller, who must have a secret key. Throws `ApiError` forbidden for a publishable one. */
export async function requireSecret(authenticate: Authenticate, headers: Headers): Promise<Caller> {
  const caller = await authenticate(headers);
  if (caller.kind !== 'secret') throw new ApiError('forbidden', 'this route takes a secret key');
  return caller;
}
