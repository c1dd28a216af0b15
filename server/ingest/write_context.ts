import { plainArray, textArray } from '../db/array.ts';
import type { Tx } from '../db/db.ts';
import type { ContextRows } from './collect_context.ts';
import type { ElementRow, PageRow } from './rows.ts';

/** As `laskobot_ingest_context` of sql/007_ingest.sql answers. */
export interface WrittenContext {
  /** Keys of the context that was not stored or said something new. */
  readonly changed: {
    readonly sessions: readonly string[];
    readonly instances: readonly string[];
    /** instance_id, tab_id */
    readonly tabs: readonly (readonly [string, string])[];
    readonly runs: readonly string[];
  };
  /** `n` and id of what need not be written. */
  readonly known: {
    readonly pages: readonly (readonly [number, string])[];
    readonly elements: readonly (readonly [number, string])[];
  };
}

/**
 * Writes the context of a batch and finds which of its pages and elements are stored. Its runs are locked against removal until
 * the end of the transaction.
 */
export async function writeContext(
  tx: Tx,
  projectId: string,
  { sessions, instances, tabs, runs }: ContextRows,
  pages: readonly PageRow[],
  elements: readonly ElementRow[],
): Promise<WrittenContext> {
  const records = (rows: ReadonlyMap<string, object>) => JSON.stringify([...rows.values()]);
  const [row] = await tx.query<{ written: WrittenContext }>(
    `select laskobot_ingest_context($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17) as written`,
    [
      projectId,
      records(sessions),
      records(instances),
      records(tabs),
      records(runs),
      textArray(pages.map((page) => page.url_norm)),
      textArray(pages.map((page) => page.dom_fingerprint_hash)),
      plainArray(pages.map((page) => page.canonical_link_hash !== undefined)),
      plainArray(pages.map((page) => page.title_hash !== undefined)),
      plainArray(pages.map((page) => page.dom_simhash !== undefined)),
      plainArray(elements.map((element) => element.page)),
      textArray(elements.map((element) => element.selector_norm)),
      textArray(elements.map((element) => element.attr_fingerprint_hash)),
      plainArray(elements.map((element) => element.role !== undefined)),
      plainArray(elements.map((element) => element.text_hash !== undefined)),
      plainArray(elements.map((element) => element.identity !== undefined)),
      plainArray(elements.map((element) => element.candidates !== undefined)),
    ],
  );
  if (!row) throw new Error('laskobot_ingest_context answered nothing');
  return row.written;
}
