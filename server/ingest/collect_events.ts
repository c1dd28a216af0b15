import type { EventItem } from '../../shared/protocol/schema.ts';
import type { EventRow, SignatureNumbers } from './rows.ts';

export interface EventSlot {
  readonly kind: 'event';
  readonly event_uuid: string;
  /** Whether an earlier item of the batch is the same event. */
  readonly again: boolean;
}

/** Events of a batch, each once. */
export function eventCollector() {
  const known = new Set<string>();
  const rows: EventRow[] = [];
  return {
    rows,
    add({ context, event_uuid, name, occurred_at, data }: EventItem, signatures: SignatureNumbers): EventSlot {
      const again = known.has(event_uuid);
      known.add(event_uuid);
      if (!again) rows.push({ ...context, ...signatures, event_uuid, name, occurred_at, data });
      return { kind: 'event', event_uuid, again };
    },
  };
}
