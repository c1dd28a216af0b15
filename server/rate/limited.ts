import type { Authenticate } from '../auth/authenticate.ts';
import { ApiError } from '../errors.ts';
import type { RateLimiter } from './rate_limiter.ts';

/** As `authenticate`, counting each request of a key in force. Throws `ApiError` rate_limited as well. */
export const limited =
  (authenticate: Authenticate, limiter: RateLimiter): Authenticate =>
  async (headers) => {
    const caller = await authenticate(headers);
    const wait = await limiter.take(caller.keyId);
    if (wait > 0) throw new ApiError('rate_limited', 'too many requests with this key', Math.ceil(wait / 1000));
    return caller;
  };
