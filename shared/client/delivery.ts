import { MAX_BATCH_ITEMS, MAX_BODY_BYTES } from '../protocol/limits.ts';
import type { IngestResponse } from '../protocol/schema.ts';
import { backoffMs, retryAfterMs } from './backoff.ts';
import type { OutboxEntry, OutboxStore, Settlement } from './outbox.ts';

/** Items a request: small enough that a cut connection costs little, large enough that 10,000 events take 100 requests. */
export const DELIVERY_BATCH = 100;
/** Longest wait for an answer, in ms. */
export const REQUEST_TIMEOUT_MS = 30_000;

export interface Endpoint {
  readonly server_url: string;
  readonly key: string;
}

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

/** Why `flush` stopped. `idle`: nothing left that may go now. */
export type FlushOutcome = 'idle' | 'busy' | 'waiting' | 'paused' | 'unconfigured';

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

/** Reads an answer item by item; what the answer does not speak of stays in the queue. */
function settlementOf(batch: readonly OutboxEntry[], answer: IngestResponse): Settlement {
  const delivered: string[] = [];
  const dead: { uuid: string; code: string; reason: string }[] = [];
  for (const result of answer.results) {
    const entry = batch[result.index];
    if (!entry) continue;
    if (result.status !== 'rejected') delivered.push(entry.uuid);
    else if (result.code !== 'unavailable' && result.code !== 'internal')
      dead.push({ uuid: entry.uuid, code: result.code ?? 'rejected', reason: result.reason ?? '' });
  }
  return { delivered, dead };
}

async function post(deps: DeliveryDeps, endpoint: Endpoint, batch: readonly OutboxEntry[]): Promise<Sent> {
  let response: Response;
  try {
    response = await deps.fetch(`${endpoint.server_url}/v1/ingest`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${endpoint.key}` },
      body: JSON.stringify({ items: batch.map((entry) => entry.item) }),
      signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
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
  return { kind: 'later', retry_after_ms: retryAfterMs(response.headers.get('retry-after'), deps.now()) };
}

/**
 * Sends what the outbox holds: read, send, delete by uuid once that item was acknowledged. A batch that is refused as a whole is
 * halved until the poison item stands alone and becomes a dead letter.
 */
export function createDelivery(deps: DeliveryDeps) {
  async function drain(): Promise<FlushOutcome> {
    let size = DELIVERY_BATCH;
    for (;;) {
      const endpoint = await deps.endpoint();
      if (!endpoint) return 'unconfigured';
      const state = await deps.store.state();
      if (state.paused) return 'paused';
      if (state.not_before > deps.now()) return 'waiting';
      const batch = await deps.store.read(deps.now(), Math.min(size, MAX_BATCH_ITEMS), MAX_BODY_BYTES / 4);
      if (batch.length === 0) return 'idle';
      const sent = await post(deps, endpoint, batch);
      switch (sent.kind) {
        case 'settled': {
          const progress = sent.settlement.delivered.length + sent.settlement.dead.length;
          await deps.store.settle(sent.settlement, deps.now());
          if (progress > 0) {
            size = Math.min(DELIVERY_BATCH, size * 2);
            if (state.attempt > 0) await deps.store.setState({ attempt: 0, not_before: 0 });
            break;
          }
          await postpone(state.attempt, undefined);
          return 'waiting';
        }
        case 'split':
          size = Math.ceil(batch.length / 2);
          break;
        case 'paused':
          await deps.store.setState({ attempt: 0, not_before: 0, paused: { code: sent.code, reason: sent.reason } });
          return 'paused';
        case 'later':
          await postpone(state.attempt, sent.retry_after_ms);
          return 'waiting';
      }
    }
  }

  const postpone = (attempt: number, retryAfter: number | undefined): Promise<void> =>
    deps.store.setState({
      attempt: attempt + 1,
      not_before: deps.now() + Math.max(backoffMs(attempt, deps.random), retryAfter ?? 0),
    });

  return {
    /** Sends until nothing is left that may go. Never throws for the network's or the server's sake. */
    async flush(): Promise<FlushOutcome> {
      let outcome: FlushOutcome = 'busy';
      await deps.exclusively(async () => {
        outcome = await drain();
      });
      return outcome;
    },
    /** After a change of server or key: forget the pause and the backoff. */
    resume: (): Promise<void> => deps.store.setState({ attempt: 0, not_before: 0 }),
  };
}

export type Delivery = ReturnType<typeof createDelivery>;
