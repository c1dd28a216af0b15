import type { IngestResponse, ItemResult, VerifyOutcome } from '../../shared/protocol/schema.ts';
import type { Metrics } from './metrics.ts';

/** Counts what became of each item, and the outcomes of hints among those that were accepted. */
export function countIngest(
  metrics: Metrics,
  { results }: IngestResponse,
  verified: ReadonlyMap<number, VerifyOutcome>,
): void {
  const counts = new Map<ItemResult['status'], number>();
  for (const { index, status, code } of results) {
    // Told once for all of a kind: the labels cost more than the items.
    if (status === 'rejected') metrics.ingested(status, code, 1);
    else counts.set(status, (counts.get(status) ?? 0) + 1);
    const outcome = status === 'accepted' ? verified.get(index) : undefined;
    if (outcome) metrics.verified(outcome);
  }
  for (const [status, count] of counts) metrics.ingested(status, undefined, count);
}
