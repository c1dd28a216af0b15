import { type DBSchema, type IDBPDatabase, type IDBPTransaction, openDB, type StoreNames } from 'idb';
import type { DeadLetter, DeliveryState, OutboxEntry } from '../../shared/client/outbox.ts';
import type { ArtifactType, LookupResponse } from '../../shared/protocol/schema.ts';

/** Counters kept beside the queue and changed in its transactions. */
export interface Counters {
  readonly enqueued: number;
  readonly delivered: number;
  readonly dropped: Readonly<Record<string, number>>;
  readonly queued_bytes: number;
  readonly artifact_bytes: number;
  readonly artifacts_dropped: number;
}

/** The run that captures belong to; `next_seq` is taken in the transaction that queues the call. */
export interface RunState {
  readonly run_id: string;
  readonly session_id: string;
  readonly instance_id: string;
  readonly started_at: string;
  readonly next_seq: number;
  readonly last_event_at: string;
}

export interface StoredArtifact {
  readonly id: string;
  readonly event_uuid: string;
  readonly type: ArtifactType;
  readonly ext: 'webp' | 'png' | 'html' | 'html.gz';
  readonly content_hash: string;
  readonly bytes: ArrayBuffer;
  readonly attempts: number;
  readonly not_before: number;
}

export interface CachedLookup {
  readonly domain: string;
  readonly key: string;
  readonly response: LookupResponse;
  readonly at: number;
}

export interface Schema extends DBSchema {
  queue: { key: number; value: OutboxEntry & { id?: number }; indexes: { by_uuid: string; by_priority: number } };
  dead: { key: string; value: DeadLetter; indexes: { by_at: number } };
  artifacts: { key: string; value: StoredArtifact };
  hints: { key: [string, string]; value: CachedLookup; indexes: { by_at: number } };
  counters: { key: 'counters'; value: Counters };
  run: { key: 'run'; value: RunState };
  delivery: { key: 'delivery'; value: DeliveryState };
}

export type Database = IDBPDatabase<Schema>;
export type ReadWrite = IDBPTransaction<Schema, StoreNames<Schema>[], 'readwrite'>;

export const openDatabase = (name = 'laskobot-runs'): Promise<Database> =>
  openDB<Schema>(name, 1, {
    upgrade(db) {
      const queue = db.createObjectStore('queue', { keyPath: 'id', autoIncrement: true });
      queue.createIndex('by_uuid', 'uuid', { unique: true });
      queue.createIndex('by_priority', 'priority');
      db.createObjectStore('dead', { keyPath: 'uuid' }).createIndex('by_at', 'at');
      db.createObjectStore('artifacts', { keyPath: 'id' });
      db.createObjectStore('hints', { keyPath: ['domain', 'key'] }).createIndex('by_at', 'at');
      db.createObjectStore('counters');
      db.createObjectStore('run');
      db.createObjectStore('delivery');
    },
    // A second, newer context must be able to upgrade: give way instead of blocking it.
    blocking: (_current, _blocked, event) => (event.target as IDBDatabase).close(),
  });
