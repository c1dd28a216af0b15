import { crc32 } from 'node:zlib';
import type { DeadLetter, DeliveryState, OutboxEntry } from '../outbox.ts';

/** Counts that stand in no entry or letter any more. */
export interface Totals {
  readonly enqueued: number;
  readonly delivered: number;
  readonly dropped: Readonly<Record<string, number>>;
}

/** One step of a journal. Each keeps the counts in balance, so a journal cut after any of them is in balance. */
export type JournalRecord =
  /** What a compacted journal begins with; its entries and letters follow. */
  | { readonly step: 'totals'; readonly totals: Totals }
  | { readonly step: 'kept'; readonly entry: OutboxEntry }
  | { readonly step: 'letter'; readonly letter: DeadLetter }
  | { readonly step: 'enqueue'; readonly entry: OutboxEntry }
  | { readonly step: 'delivered'; readonly uuids: readonly string[] }
  | {
      readonly step: 'dead';
      readonly uuid: string;
      readonly code: string;
      readonly reason: string;
      readonly at: number;
    }
  | { readonly step: 'drop'; readonly uuids: readonly string[]; readonly reason: string }
  /** Items that the disk did not take when they came. */
  | { readonly step: 'refused'; readonly count: number; readonly reason: string }
  | { readonly step: 'retry'; readonly uuid: string }
  | { readonly step: 'state'; readonly state: DeliveryState };

/** A line: CRC-32 of the JSON, a space, the JSON. A line that was cut or damaged does not agree with its sum. */
export function encodeRecord(record: JournalRecord): Buffer {
  const json = JSON.stringify(record);
  return Buffer.from(`${crc32(json).toString(16).padStart(8, '0')} ${json}\n`);
}

function decodeLine(line: string): JournalRecord | undefined {
  const json = line.slice(9);
  if (line[8] !== ' ' || Number.parseInt(line.slice(0, 8), 16) !== crc32(json)) return undefined;
  return JSON.parse(json) as JournalRecord;
}

export interface Decoded {
  readonly records: readonly JournalRecord[];
  /** Bytes up to the end of the last good line: what comes after was cut by a kill. */
  readonly end: number;
}

/** Reads a journal; a line in the middle that a failing disk has damaged is passed over. */
export function decodeJournal(bytes: Buffer): Decoded {
  const records: JournalRecord[] = [];
  let end = 0;
  for (let newline = bytes.indexOf(10), start = 0; newline >= 0; newline = bytes.indexOf(10, start)) {
    const record = decodeLine(bytes.toString('utf8', start, newline));
    start = newline + 1;
    if (!record) continue;
    records.push(record);
    end = start;
  }
  return { records, end };
}
