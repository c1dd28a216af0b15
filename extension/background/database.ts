import { type DBSchema, type IDBPDatabase, type IDBPTransaction, openDB, type StoreNames } from 'idb';
import type { DeadLetter, DeliveryState, OutboxEntry } from '../../shared/client/outbox.ts';
import type { ArtifactType, LookupResponse, SignRequest, ToolCall } from '../../shared/protocol/schema.ts';
import type { HeldBundle } from './bundle_store.ts';

/** Counters kept beside the queue and changed in its transactions. */
export interface Counters {
  readonly enqueued: number;
  readonly delivered: number;
  readonly dropped: Readonly<Record<string, number>>;
  readonly queued_bytes: number;
  readonly artifact_bytes: number;
  readonly artifacts_failed: Readonly<Record<string, number>>;
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

export interface ArtifactContent {
  readonly ext: SignRequest['artifacts'][number]['ext'];
  /** SHA-256 of the bytes as they are stored. */
  readonly content_hash: string;
  readonly bytes: ArrayBuffer;
}

/** What tells a call again, so that the server links to it what came late. */
export type CallReference = Pick<ToolCall, 'context' | 'tool_name' | 'seq' | 'event_uuid' | 'started_at'>;

export interface StoredArtifact {
  readonly id: string;
  readonly event_uuid: string;
  readonly type: ArtifactType;
  readonly call: CallReference;
  /** ms since 1970 */
  readonly created_at: number;
  /** Undefined while it is being made. */
  readonly content?: ArtifactContent;
  /** Uploads that the storage refused; that it did not answer is not counted. */
  readonly refusals: number;
  readonly attempts: number;
  readonly not_before: number;
}

export interface CachedLookup {
  readonly domain: string;
  readonly key: string;
  readonly response: LookupResponse;
  readonly etag?: string | undefined;
  /** The run that it was given to: another may be told other hints. */
  readonly run_id?: string | undefined;
  readonly at: number;
}

/** Entries that the sender has in hand. */
export interface Lease {
  readonly uuids: readonly string[];
  readonly until: number;
}

export interface Schema extends DBSchema {
  queue: { key: number; value: OutboxEntry & { id?: number }; indexes: { by_uuid: string; by_priority: number } };
  dead: { key: string; value: DeadLetter; indexes: { by_at: number } };
  artifacts: { key: string; value: StoredArtifact; indexes: { by_event: string; by_not_before: number } };
  hints: { key: [string, string]; value: CachedLookup; indexes: { by_at: number } };
  bundles: { key: string; value: HeldBundle };
  counters: { key: 'counters'; value: Counters };
  run: { key: 'run'; value: RunState };
  delivery: { key: 'delivery' | 'uploads'; value: DeliveryState };
  lease: { key: 'lease'; value: Lease };
}

export type Database = IDBPDatabase<Schema>;
export type ReadWrite = IDBPTransaction<Schema, StoreNames<Schema>[], 'readwrite'>;

export const openDatabase = (name = 'laskobot-runs'): Promise<Database> =>
  openDB<Schema>(name, 3, {
    async upgrade(db, before, _after, tx) {
      if (before < 1) {
        const queue = db.createObjectStore('queue', { keyPath: 'id', autoIncrement: true });
        queue.createIndex('by_uuid', 'uuid', { unique: true });
        queue.createIndex('by_priority', 'priority');
        db.createObjectStore('dead', { keyPath: 'uuid' }).createIndex('by_at', 'at');
        db.createObjectStore('hints', { keyPath: ['domain', 'key'] }).createIndex('by_at', 'at');
        db.createObjectStore('counters');
        db.createObjectStore('run');
        db.createObjectStore('delivery');
      } else if (before < 2) {
        // The artifacts of version 1 do not know their calls, which go without them.
        db.deleteObjectStore('artifacts');
        const counters = await tx.objectStore('counters').get('counters');
        if (counters)
          await tx.objectStore('counters').put({ ...counters, artifact_bytes: 0, artifacts_failed: {} }, 'counters');
        for (const letter of await tx.objectStore('dead').getAll())
          await tx.objectStore('dead').put({ ...letter, priority: 1 });
        await tx.objectStore('delivery').clear();
      }
      if (before < 2) {
        const artifacts = db.createObjectStore('artifacts', { keyPath: 'id' });
        artifacts.createIndex('by_event', 'event_uuid');
        artifacts.createIndex('by_not_before', 'not_before');
        db.createObjectStore('lease');
      }
      db.createObjectStore('bundles', { keyPath: 'domain' });
    },
    // A second, newer context must be able to upgrade: give way instead of blocking it.
    blocking: (_current, _blocked, event) => (event.target as IDBDatabase).close(),
  });
