import { MAX_BATCH_ITEMS, MAX_BODY_BYTES } from '../protocol/limits.ts';
import type { IngestResponse } from '../protocol/schema.ts';
import { retryAfterOf } from './backoff.ts';
import type { Endpoint } from './endpoint.ts';
import { FRESH_STATE, type OutboxEntry, type OutboxStore, type Settlement } from './outbox.ts';
import { settlementOf } from './settlement.ts';
import { stateFor, waitAfter } from './waiting.ts';

/** Items a request: small enough that a cut connection costs little, large enough that 10,000 events take 100 requests. */
export const DELIVERY_BATCH = 100;
/** Longest wait for an answer, in ms. */
export const REQUEST_TIMEOUT_MS = 30_000;
/** A lease outlives its request, so that an answer in the last moment still finds its entries. */
const LEASE_MS = REQUEST_TIMEOUT_MS + 5000;
/** Browsers take 64 KiB of `keepalive` bodies together (Fetch standard); the rest is for the envelope. */
const KEEPALIVE_BYTES = 60 * 1024;
const NOTHING: Settlement = { delivered: [], dead: [] };

export interface DeliveryDeps {
  readonly store: OutboxStore;
  readonly fetch: typeof fetch;
  readonly now: () => number;
  readonly random: () => number;
  /** Undefined while no server is configured. */
  readonly endpoint: () => Promise<Endpoint | undefined>;
  /** Runs `work` only if no other context is delivering; returns false if one is. */
  readonly exclusively: (work: () => Promise<void>) => Promise<boolean>;
}

/** Why `flush` stopped. `idle`: nothing left that may go now. `sent`: the one request of a process that goes away. */
export type FlushOutcome = 'idle' | 'busy' | 'waiting' | 'paused' | 'unconfigured' | 'sent';

export interface FlushOptions {
  /** The process is about to go: one request only, of what the browser carries on without it. */
  readonly leaving?: boolean;
}

type Sent =
  | { readonly kind: 'settled'; readonly settlement: Settlement }
  | { readonly kind: 'split' }
  | { readonly kind: 'paused'; readonly code: string; readonly reason: string }
  | { readonly kind: 'later'; readonly retry_after_ms: number | undefined };

async function errorOf(response: Response): Promise<{ code: string; reason: string }> {
  const body = (await response.json().catch(() => undefined)) as
    | { error?: { code?: string; message?: string } }
    | undefined;
  return { code: body?.error?.code ?? `http_${response.status}`, reason: body?.error?.message ?? response.statusText };
}

async function post(
  deps: DeliveryDeps,
  endpoint: Endpoint,
  batch: readonly OutboxEntry[],
  leaving: boolean,
): Promise<Sent> {
  let response: Response;
  try {
    response = await deps.fetch(`${endpoint.server_url}/v1/ingest`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${endpoint.key}` },
      body: JSON.stringify({ items: batch.map((entry) => entry.item) }),
      signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
      ...(leaving ? { keepalive: true } : {}),
    });
    if (response.ok)
      return { kind: 'settled', settlement: settlementOf(batch, (await response.json()) as IngestResponse) };
  } catch {
    return { kind: 'later', retry_after_ms: undefined };
  }
  const { code, reason } = await errorOf(response);
  if (response.status === 401 || response.status === 403) return { kind: 'paused', code, reason };
  if (response.status === 400 || response.status === 413) {
    const [only, ...rest] = batch;
    if (rest.length > 0 || !only) return { kind: 'split' };
    return { kind: 'settled', settlement: { delivered: [], dead: [{ uuid: only.uuid, code, reason }] } };
  }
  return { kind: 'later', retry_after_ms: retryAfterOf(response, deps.now()) };
}

/**
 * Sends what the outbox holds: lease, send, delete by uuid once that item was acknowledged. A batch that is refused as a whole is
 * halved until the poison item stands alone and becomes a dead letter.
 */
export function createDelivery(deps: DeliveryDeps) {
  const { store, now } = deps;

  async function postpone(endpoint: Endpoint, attempt: number, retry_after_ms: number | undefined): Promise<void> {
    const since = now();
    await store.setState(waitAfter({ endpoint, attempt, retry_after_ms, now: since, random: deps.random }));
    await store.settle(NOTHING, since);
  }

  async function drain(leaving: boolean): Promise<FlushOutcome> {
    let size = Math.min(DELIVERY_BATCH, MAX_BATCH_ITEMS);
    for (;;) {
      const endpoint = await deps.endpoint();
      if (!endpoint) return 'unconfigured';
      const stored = await store.state();
      const state = stateFor(stored, endpoint, now());
      if (state.since !== stored.since && state.not_before > 0) await store.setState(state);
      if (state.paused) return 'paused';
      if (state.not_before > now()) return 'waiting';
      const batch = await store.lease({
        now: now(),
        maxItems: size,
        maxBytes: leaving ? KEEPALIVE_BYTES : MAX_BODY_BYTES / 4,
        until: now() + LEASE_MS,
      });
      if (batch.length === 0) return 'idle';
      // A single item may be larger than a bound on bytes.
      const carried = leaving && batch.reduce((sum, { bytes }) => sum + bytes, 0) <= KEEPALIVE_BYTES;
      const sent = await post(deps, endpoint, batch, carried);
      switch (sent.kind) {
        case 'settled': {
          const progress = sent.settlement.delivered.length + sent.settlement.dead.length;
          if (progress === 0) {
            await postpone(endpoint, state.attempt, undefined);
            return 'waiting';
          }
          await store.settle(sent.settlement, now());
          size = Math.min(DELIVERY_BATCH, size * 2);
          if (state.attempt > 0) await store.setState(FRESH_STATE);
          break;
        }
        case 'split':
          size = Math.ceil(batch.length / 2);
          break;
        case 'paused':
          await store.setState({ ...FRESH_STATE, endpoint, paused: { code: sent.code, reason: sent.reason } });
          await store.settle(NOTHING, now());
          return 'paused';
        case 'later':
          await postpone(endpoint, state.attempt, sent.retry_after_ms);
          return 'waiting';
      }
      if (leaving) return 'sent';
    }
  }

  return {
    /** Sends until nothing is left that may go. Never throws for the network's or the server's sake. */
    async flush({ leaving = false }: FlushOptions = {}): Promise<FlushOutcome> {
      let outcome: FlushOutcome = 'busy';
      await deps.exclusively(async () => {
        outcome = await drain(leaving);
      });
      return outcome;
    },
    /** A person says that the key is right now: ends a pause. What the server asked to wait stays. */
    async resume(): Promise<void> {
      const { paused: _, ...state } = await store.state();
      await store.setState(state);
    },
  };
}

export type Delivery = ReturnType<typeof createDelivery>;
