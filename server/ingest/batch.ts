import type { IngestItem } from '../../shared/protocol/schema.ts';
import { type CallSlot, type Calls, callCollector } from './collect_calls.ts';
import { type ContextRows, collectContext, tabKey } from './collect_context.ts';
import { type EventSlot, eventCollector } from './collect_events.ts';
import { collectElements, collectPages } from './collect_signatures.ts';
import type { ElementRow, EventRow, PageRow } from './rows.ts';

/**
 * What items tell, as the statements take it. The calls, nearly all of it, are text already: what was parsed need not live on
 * while the statements run, and what lives on is moved by the garbage collector, which took a tenth of ingest's time.
 */
export interface Batch {
  /** What became of each item is asked by its slot. */
  readonly slots: readonly Slot[];
  readonly context: ContextRows;
  readonly pages: readonly PageRow[];
  readonly elements: readonly ElementRow[];
  readonly calls: Calls;
  readonly events: readonly EventRow[];
}

/** A call, an event, or the key of a session, an instance, a tab or a run. */
export type Slot = CallSlot | EventSlot | string;

export function collectBatch(items: readonly IngestItem[]): Batch {
  const signed = items.filter((item) => item.kind === 'tool_call' || item.kind === 'event');
  const pages = collectPages(signed);
  const elements = collectElements(signed, pages.numberOf);
  const signaturesOf = (item: (typeof signed)[number]) => ({
    page: pages.numberOf(item),
    element: elements.numberOf(item),
  });
  const calls = callCollector();
  const events = eventCollector();
  const slots = items.map((item): Slot => {
    if (item.kind === 'tool_call') return calls.add(item, signaturesOf(item));
    if (item.kind === 'event') return events.add(item, signaturesOf(item));
    return keyOf(item);
  });
  return {
    slots,
    context: collectContext(items),
    pages: pages.rows,
    elements: elements.rows,
    calls: calls.done(),
    events: events.rows,
  };
}

function keyOf(item: Exclude<IngestItem, { kind: 'tool_call' | 'event' }>): string {
  switch (item.kind) {
    case 'session':
      return `session ${item.session_id}`;
    case 'instance':
      return `instance ${item.instance_id}`;
    case 'tab':
      return `tab ${tabKey(item.instance_id, item.tab_id)}`;
    case 'run':
      return `run ${item.run_id}`;
  }
}
