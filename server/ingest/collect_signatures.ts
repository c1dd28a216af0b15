import type { ElementSignature, IngestItem, PageSignature } from '../../shared/protocol/schema.ts';
import { type ElementRow, filled, type PageRow } from './rows.ts';

type SignedItem = IngestItem & { kind: 'tool_call' | 'event' };

/** Page states of a batch, each once. */
export function collectPages(items: readonly SignedItem[]): {
  rows: PageRow[];
  numberOf: (item: SignedItem) => number | undefined;
} {
  const rows = new Map<string, PageRow>();
  for (const { page_signature: page } of items) {
    if (!page) continue;
    const key = pageKey(page);
    rows.set(key, filled(rows.get(key), { ...page, n: rows.size }));
  }
  return {
    rows: [...rows.values()],
    numberOf: ({ page_signature: page }) => (page ? rows.get(pageKey(page))?.n : undefined),
  };
}

/** Elements of a batch, each once, on the page states whose ids are known by now; `numberOf` the one acted on. */
export function collectElements(
  items: readonly SignedItem[],
  pageIdOf: (item: SignedItem) => string | undefined,
): { rows: ElementRow[]; numberOf: (item: SignedItem) => number | undefined } {
  const rows = new Map<string, ElementRow>();
  for (const item of items) {
    const page_sig_id = pageIdOf(item);
    if (page_sig_id === undefined) continue;
    for (const element of elementsOf(item)) {
      const key = elementKey(page_sig_id, element);
      rows.set(key, filled(rows.get(key), { ...element, page_sig_id, n: rows.size }));
    }
  }
  return {
    rows: [...rows.values()],
    numberOf(item) {
      const [element] = elementsOf(item);
      const page = pageIdOf(item);
      return element && page !== undefined ? rows.get(elementKey(page, element))?.n : undefined;
    },
  };
}

function elementsOf(item: SignedItem): readonly ElementSignature[] {
  if (item.kind === 'tool_call') return item.element_signatures ?? [];
  return item.element_signature ? [item.element_signature] : [];
}

const pageKey = (page: PageSignature): string => JSON.stringify([page.url_norm, page.dom_fingerprint_hash]);

const elementKey = (pageId: string, element: ElementSignature): string =>
  JSON.stringify([pageId, element.selector_norm, element.attr_fingerprint_hash]);
