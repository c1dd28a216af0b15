import { ApiError } from '../errors.ts';
import type { Fetch } from './start.ts';

export interface Drain {
  readonly fetch: Fetch;
  /** Resolves when the requests in flight are answered, at the latest after `ms`; those that come meanwhile are refused. */
  finish(ms: number): Promise<void>;
}

/** For servers that would cut the bodies of requests in flight when they are told to stop. */
export function drain(fetch: Fetch): Drain {
  const inFlight = new Set<Promise<unknown>>();
  let stopping = false;
  return {
    fetch(request) {
      if (stopping) {
        const refusal = new ApiError('unavailable', 'the server is stopping', 1);
        const headers = { 'retry-after': '1', connection: 'close' };
        return Response.json(refusal.body(crypto.randomUUID()), { status: refusal.status, headers });
      }
      const answer = Promise.resolve(fetch(request));
      const settled = answer.catch(() => {}).finally(() => inFlight.delete(settled));
      inFlight.add(settled);
      return answer;
    },
    async finish(ms) {
      stopping = true;
      let timer: ReturnType<typeof setTimeout> | undefined;
      const late = new Promise((resolve) => {
        timer = setTimeout(resolve, ms);
      });
      await Promise.race([Promise.all(inFlight), late]);
      clearTimeout(timer);
    },
  };
}
