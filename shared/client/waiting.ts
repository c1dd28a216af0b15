import { backoffMs } from './backoff.ts';
import type { Endpoint } from './endpoint.ts';
import { type DeliveryState, FRESH_STATE } from './outbox.ts';

const isSame = (a: Endpoint, b: Endpoint): boolean => a.server_url === b.server_url && a.key === b.key;

/** The state as it binds this endpoint. After the clock was set back, the wait begins anew: it is never undercut. */
export function stateFor(state: DeliveryState, endpoint: Endpoint, now: number): DeliveryState {
  if (!isSame(state.endpoint ?? endpoint, endpoint)) return FRESH_STATE;
  if (state.not_before === 0 || now >= state.since) return state;
  return { ...state, since: now, not_before: now + (state.not_before - state.since) };
}

interface Failed {
  readonly endpoint: Endpoint;
  /** The failures before this one. */
  readonly attempt: number;
  /** What the server asked for, in ms; less than that is never waited. */
  readonly retry_after_ms?: number | undefined;
  readonly now: number;
  readonly random: () => number;
}

export const waitAfter = ({ endpoint, attempt, retry_after_ms = 0, now, random }: Failed): DeliveryState => ({
  attempt: attempt + 1,
  not_before: now + Math.max(backoffMs(attempt, random), retry_after_ms),
  since: now,
  endpoint,
});
