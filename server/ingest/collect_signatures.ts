import type { ElementSignature, IngestItem, PageSignature } from '../../shared/protocol/schema.ts';
import { type ElementRow, filled, type PageRow } from './rows.ts';

type SignedItem = IngestItem & { kind: 'tool_call' | 'event' };

/** Rows each once, and which of them an item is about; a row's `n` is its place. */
interface Collected<Row> {
  readonly rows: readonly Row[];
  numberOf(item: SignedItem): number | undefined;
}

/** Page states of a batch. */
export function collectPages(items: readonly SignedItem[]): Collected<PageRow> {
  const collected = collector<PageSignature, PageRow>();
  for (const item of items) {
    const page = item.page_signature;
    if (page) collected.add(item, pageKey(page), page, {});
  }
  return collected;
}

/** Elements of a batch, each on its page state; an item is about the one it acted on. */
export function collectElements(
  items: readonly SignedItem[],
  pageOf: (item: SignedItem) => number | undefined,
): Collected<ElementRow> {
  const collected = collector<ElementSignature, ElementRow>();
  for (const item of items) {
    const page = pageOf(item);
    if (page === undefined) continue;
    for (const element of elementsOf(item)) {
      collected.add(item, elementKey(page, element), element, { page });
    }
  }
  return collected;
}

function collector<Told extends object, Row extends Told & { readonly n: number }>() {
  const places = new Map<string, number>();
  const numbers = new Map<SignedItem, number>();
  const rows: Row[] = [];
  return {
    rows,
    numberOf: (item: SignedItem) => numbers.get(item),
    /** The first row that an item adds is what it is about; a row is what was told of it and what is `known` of it. */
    add(item: SignedItem, key: string, told: Told, known: Omit<Row, keyof Told | 'n'>): void {
      const n = places.get(key);
      const row = n === undefined ? undefined : rows[n];
      if (n === undefined || !row) {
        places.set(key, rows.length);
        if (!numbers.has(item)) numbers.set(item, rows.length);
        rows.push({ ...told, ...known, n: rows.length } as Row);
        return;
      }
      rows[n] = filled(row, told as object as Row);
      if (!numbers.has(item)) numbers.set(item, n);
    },
  };
}

function elementsOf(item: SignedItem): readonly ElementSignature[] {
  if (item.kind === 'tool_call') return item.element_signatures ?? [];
  return item.element_signature ? [item.element_signature] : [];
}

// Only the last part of a key is free text, so no two different ones are equal.
const pageKey = (page: PageSignature): string => `${page.dom_fingerprint_hash} ${page.url_norm}`;

const elementKey = (page: number, element: ElementSignature): string =>
  `${page} ${element.attr_fingerprint_hash} ${element.selector_norm}`;
