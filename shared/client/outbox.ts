import type { IngestItem } from '../protocol/schema.ts';
import type { Endpoint } from './endpoint.ts';

/** Bounds of a queue, and of the dead letters beside it. */
export const MAX_QUEUED_ITEMS = 5000;
export const MAX_QUEUED_BYTES = 10 * 1024 * 1024;
export const MAX_DEAD_LETTERS = 500;
export const MAX_DEAD_BYTES = 10 * 1024 * 1024;

/** Lower goes first when room is needed: 0 context (run, tab), 1 call, 2 event. The highest number is evicted first. */
export type Priority = 0 | 1 | 2;
/** In the order in which they are evicted. */
export const PRIORITIES_LEAST_FIRST: readonly Priority[] = [2, 1, 0];

/** One item on its way. It leaves the outbox only when it was acknowledged, refused for good, or evicted and counted. */
export interface OutboxEntry {
  /** `event_uuid` of a call or event; of other items a UUID minted for the queue. */
  readonly uuid: string;
  readonly item: IngestItem;
  /** Size of the item as JSON in UTF-8: what the bound on bytes counts. */
  readonly bytes: number;
  readonly priority: Priority;
  /** Artifacts still to be uploaded; the item waits for them until `hold_until` (ms since 1970). */
  readonly waits_for: number;
  readonly hold_until: number;
}

/** What the server refused for good, kept for people to read, export and send again. */
export interface DeadLetter {
  readonly uuid: string;
  readonly item: IngestItem;
  readonly priority: Priority;
  readonly code: string;
  readonly reason: string;
  readonly at: number;
}

/** At every moment `enqueued = delivered + queued + dead + dropped`. */
export interface OutboxCounts {
  readonly enqueued: number;
  readonly delivered: number;
  readonly queued: number;
  readonly dead: number;
  readonly dropped: number;
  readonly drop_reasons: Readonly<Record<string, number>>;
  readonly dead_reasons: Readonly<Record<string, number>>;
}

export type EnqueueOutcome = 'queued' | 'duplicate' | 'dropped';

/** What happened to the items of one request, settled in one transaction so that the counts hold at every moment. */
export interface Settlement {
  readonly delivered: readonly string[];
  readonly dead: readonly { readonly uuid: string; readonly code: string; readonly reason: string }[];
}

/** When the next request may go, kept in the store because the process may be stopped in between. */
export interface DeliveryState {
  readonly attempt: number;
  /** ms since 1970; 0 for at once. */
  readonly not_before: number;
  /** When `not_before` was set (ms since 1970): a clock that says less was set back. */
  readonly since: number;
  /** Whose answers these are; another server or key knows nothing of them. */
  readonly endpoint?: Endpoint;
  /** Set when a person has to act: a wrong, revoked or missing key. */
  readonly paused?: { readonly code: string; readonly reason: string };
}

export const FRESH_STATE: DeliveryState = { attempt: 0, not_before: 0, since: 0 };

/** What one request may hold, and how long it may take. */
export interface LeaseRequest {
  readonly now: number;
  readonly maxItems: number;
  readonly maxBytes: number;
  /** ms since 1970 after which a sender that went away protects nothing any more. */
  readonly until: number;
}

/** Durable queue. Every method is one transaction of the store behind it. */
export interface OutboxStore {
  /**
   * Oldest entries that may go now, within both bounds; at least one if any may go. They are not evicted while the lease lasts.
   * It ends with `settle`, or when the next sender takes one: who holds the lock knows that the last holder is gone.
   */
  lease(request: LeaseRequest): Promise<readonly OutboxEntry[]>;
  settle(settlement: Settlement, now: number): Promise<void>;
  counts(): Promise<OutboxCounts>;
  state(): Promise<DeliveryState>;
  setState(state: DeliveryState): Promise<void>;
}

const encoder = new TextEncoder();
/** What an item takes on the wire, in bytes. */
export const sizeOf = (item: IngestItem): number => encoder.encode(JSON.stringify(item)).byteLength;
