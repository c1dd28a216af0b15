import { type IngestResponse, type ItemResult, VERIFY_OUTCOMES } from '../../shared/protocol/schema.ts';
import type { Metrics } from './metrics.ts';

/** Counts what became of each item, and the outcomes of hints among those that were accepted. */
export function countIngest(metrics: Metrics, items: readonly unknown[], { results }: IngestResponse): void {
  const counts = new Map<ItemResult['status'], number>();
  for (const { index, status, code } of results) {
    // Told once for all of a kind: the labels cost more than the items.
    if (status === 'rejected') metrics.ingested(status, code, 1);
    else counts.set(status, (counts.get(status) ?? 0) + 1);
    const outcome = status === 'accepted' ? outcomeOf(items[index]) : undefined;
    if (outcome) metrics.verified(outcome);
  }
  for (const [status, count] of counts) metrics.ingested(status, undefined, count);
}

function outcomeOf(item: unknown) {
  const { kind, name, data } = item as { kind?: unknown; name?: unknown; data?: unknown };
  if (kind !== 'event' || name !== 'hint.outcome' || typeof data !== 'object' || data === null) return undefined;
  const told = 'outcome' in data ? data.outcome : undefined;
  return VERIFY_OUTCOMES.find((each) => each === told);
}
