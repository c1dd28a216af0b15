import { v7 as uuidv7 } from 'uuid';
import type { ToolCall } from '../../shared/protocol/schema.ts';
import { plainArray, textArray } from '../db/array.ts';
import { type ArtifactRow, type CallRow, filled, type SignatureNumbers } from './rows.ts';

/** The calls of a batch, each once. A row is named by its place. */
export interface Calls {
  /** call_id by row. */
  readonly ids: readonly string[];
  /** Parameters of the statements of write_calls.ts. */
  readonly columns: readonly string[];
  readonly artifacts: readonly (Omit<ArtifactRow, 'call_id'> & { readonly row: number })[];
}

export interface CallSlot {
  readonly kind: 'call';
  readonly row: number;
  /** Whether an earlier item of the batch is the same call. */
  readonly again: boolean;
}

export function callCollector() {
  const places = new Map<string, number>();
  const rows: CallRow[] = [];
  const artifacts: Calls['artifacts'][number][] = [];
  return {
    /** Two tellings of one call make one row. */
    add(item: ToolCall, signatures: SignatureNumbers): CallSlot {
      const key = `${item.context.run_id} ${item.event_uuid}`;
      const told = callRow(item, signatures);
      const known = places.get(key);
      const row = known ?? rows.length;
      rows[row] = filled(rows[row], told);
      if (known === undefined) places.set(key, row);
      for (const { size, ...artifact } of item.artifacts ?? []) artifacts.push({ ...artifact, size_bytes: size, row });
      return { kind: 'call', row, again: known !== undefined };
    },
    done(): Calls {
      const ids = uuidsOf(rows.length);
      return { ids, columns: [plainArray(ids), ...columnsOf(rows)], artifacts };
    },
  };
}

function callRow(item: ToolCall, { page, element }: SignatureNumbers): CallRow {
  const { context } = item;
  return {
    run_id: context.run_id,
    seq: item.seq,
    event_uuid: item.event_uuid,
    tool_name: item.tool_name,
    started_at: item.started_at,
    ended_at: item.ended_at,
    success: item.success,
    error_msg: item.error_msg,
    input_jsonb: item.input_json,
    output_jsonb: item.output_json,
    instance_id: context.instance_id,
    session_id: context.session_id,
    tab_id: context.tab_id,
    url_at_call: context.url,
    page,
    element,
  };
}

/** UUIDv7s of now. Their random bits come at once, because each asking costs as much as the rest of a row. */
function uuidsOf(count: number): string[] {
  const random = crypto.getRandomValues(new Uint8Array(16 * count));
  return Array.from({ length: count }, (_, at) => uuidv7({ random: random.subarray(16 * at, 16 * at + 16) }));
}

function columnsOf(rows: readonly CallRow[]): string[] {
  const { contexts, places } = contextsOf(rows);
  return [
    plainArray(contexts.map((row) => row.run_id)),
    textArray(contexts.map((row) => row.instance_id)),
    textArray(contexts.map((row) => row.session_id)),
    textArray(contexts.map((row) => row.tab_id)),
    plainArray(places),
    plainArray(rows.map((row) => row.seq)),
    plainArray(rows.map((row) => row.event_uuid)),
    textArray(rows.map((row) => row.tool_name)),
    plainArray(rows.map((row) => row.started_at)),
    plainArray(rows.map((row) => row.ended_at)),
    plainArray(rows.map((row) => row.success)),
    textArray(rows.map((row) => row.error_msg)),
    textArray(rows.map((row) => row.url_at_call)),
    plainArray(rows.map((row) => row.page)),
    plainArray(rows.map((row) => row.element)),
    JSON.stringify(rows.map((row) => row.input_jsonb)),
    JSON.stringify(rows.map((row) => row.output_jsonb)),
  ];
}

/** A row of each context, and which of them each row has, counted from 1 as Postgres counts. */
function contextsOf(rows: readonly CallRow[]): { contexts: CallRow[]; places: number[] } {
  const known = new Map<string, number>();
  const contexts: CallRow[] = [];
  const places = rows.map((row) => {
    const key = `${row.run_id}\0${row.instance_id}\0${row.session_id}\0${row.tab_id}`;
    const place = known.get(key) ?? contexts.push(row);
    known.set(key, place);
    return place;
  });
  return { contexts, places };
}
