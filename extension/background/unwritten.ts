import type { DeliveryState, Settlement } from '../../shared/client/outbox.ts';
import type { Database, Lease, ReadWrite, Schema } from './database.ts';

/** What the sender knows and a full disk did not take: it holds as long as this context lives, and is written once there is room. */
interface Unwritten {
  lease?: Lease | undefined;
  settlement?: Settlement | undefined;
  readonly states: { [Key in Schema['delivery']['key']]?: DeliveryState | undefined };
}

const all = new WeakMap<object, Unwritten>();

export function unwrittenOf(db: Database): Unwritten {
  const known = all.get(db) ?? { states: {} };
  all.set(db, known);
  return known;
}

/** Answered by the server, though the entry still stands in the queue. */
export const settledUuids = ({ settlement }: Unwritten): readonly string[] =>
  settlement ? [...settlement.delivered, ...settlement.dead.map(({ uuid }) => uuid)] : [];

/** Entries that are being sent or were: they are neither evicted nor changed. */
export async function inHand(tx: ReadWrite, now: number): Promise<ReadonlySet<string>> {
  const unwritten = unwrittenOf(tx.db as Database);
  const lease = unwritten.lease ?? (await tx.objectStore('lease').get('lease'));
  return new Set([...(lease && lease.until > now ? lease.uuids : []), ...settledUuids(unwritten)]);
}
