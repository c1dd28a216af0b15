import type { IngestResponse } from '../protocol/schema.ts';
import type { OutboxEntry, Settlement } from './outbox.ts';

/** Refusals that say nothing about the item: it may go again as it is. */
const PASSING: readonly (string | undefined)[] = ['unavailable', 'internal', 'rate_limited'];

const eventUuidOf = ({ item }: OutboxEntry): string | undefined => ('event_uuid' in item ? item.event_uuid : undefined);

/**
 * Reads an answer item by item. Only what it acknowledges or refuses by name is settled: what it does not speak of, or speaks of as
 * another event, stays in the queue.
 */
export function settlementOf(batch: readonly OutboxEntry[], answer: IngestResponse): Settlement {
  const delivered: string[] = [];
  const dead: { uuid: string; code: string; reason: string }[] = [];
  const settled = new Set<string>();
  for (const { index, status, event_uuid, code, reason } of answer.results) {
    const entry = batch[index];
    if (!entry || settled.has(entry.uuid)) continue;
    if (event_uuid !== undefined && event_uuid !== eventUuidOf(entry)) continue;
    if (status === 'accepted' || status === 'duplicate') delivered.push(entry.uuid);
    else if (status === 'rejected' && !PASSING.includes(code))
      dead.push({ uuid: entry.uuid, code: code ?? 'rejected', reason: reason ?? '' });
    else continue;
    settled.add(entry.uuid);
  }
  return { delivered, dead };
}
