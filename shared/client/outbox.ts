import type { IngestItem } from '../protocol/schema.ts';

/** One item on its way. It leaves the outbox only when it was acknowledged, refused for good, or evicted and counted. */
export interface OutboxEntry {
  /** `event_uuid` of a call or event; of other items a UUID minted for the queue. */
  readonly uuid: string;
  readonly item: IngestItem;
  /** Size of the item as JSON, in UTF-16 units: what the bound on bytes counts. */
  readonly bytes: number;
  /** Lower goes first when room is needed: 0 context (run, tab), 1 call, 2 event. The highest number is evicted first. */
  readonly priority: 0 | 1 | 2;
  /** Artifacts still to be uploaded; the item waits for them until `hold_until` (ms since 1970). */
  readonly waits_for: number;
  readonly hold_until: number;
}

export interface DeadLetter {
  readonly uuid: string;
  readonly item: IngestItem;
  readonly code: string;
  readonly reason: string;
  readonly at: number;
}

export interface OutboxCounts {
  readonly enqueued: number;
  readonly delivered: number;
  readonly queued: number;
  readonly dead: number;
  readonly dropped: number;
  readonly drop_reasons: Readonly<Record<string, number>>;
  readonly dead_reasons: Readonly<Record<string, number>>;
}

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
  /** Set when a person has to act: a wrong, revoked or missing key. */
  readonly paused?: { readonly code: string; readonly reason: string };
}

/** Durable queue. Every method is one transaction of the store behind it. */
export interface OutboxStore {
  /** Oldest entries that may go now, within both bounds; at least one if any may go. */
  read(now: number, maxItems: number, maxBytes: number): Promise<readonly OutboxEntry[]>;
  settle(settlement: Settlement, now: number): Promise<void>;
  counts(): Promise<OutboxCounts>;
  state(): Promise<DeliveryState>;
  setState(state: DeliveryState): Promise<void>;
}
