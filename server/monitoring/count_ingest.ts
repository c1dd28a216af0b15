import { type IngestResponse, VERIFY_OUTCOMES } from '../../shared/protocol/schema.ts';
import type { Metrics } from './metrics.ts';

/** Counts what became of each item, and the outcomes of hints among those that were accepted. */
export function countIngest(metrics: Metrics, items: readonly unknown[], { results }: IngestResponse): void {
  for (const { index, status, code } of results) {
    metrics.ingested(status, code);
    const outcome = status === 'accepted' ? outcomeOf(items[index]) : undefined;
    if (outcome) metrics.verified(outcome);
  }
}

function outcomeOf(item: unknown) {
  const { kind, name, data } = item as { kind?: unknown; name?: unknown; data?: unknown };
  if (kind !== 'event' || name !== 'hint.outcome' || typeof data !== 'object' || data === null) return undefined;
  const told = 'outcome' in data ? data.outcome : undefined;
  return VERIFY_OUTCOMES.find((each) => each === told);
}
