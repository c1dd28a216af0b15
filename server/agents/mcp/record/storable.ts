import { MAX_JSON_DEPTH } from '../../../../shared/protocol/limits.ts';
import { isObject } from '../message.ts';

/** Room for a call's input or output, in characters: in UTF-8 and scrubbed it stays within what ingest takes. */
export const MAX_CHARS = 20_000;
/** Longest single text kept; the rest is only counted. */
export const MAX_TEXT_CHARS = 4000;
/** One level is that of the item's field. */
const MAX_DEPTH = MAX_JSON_DEPTH - 2;
const MAX_KEY_CHARS = 200;

/** What Postgres takes as text. */
export const storableText = (text: string): string => text.toWellFormed().replaceAll('\0', '\ufffd');

/** The beginning of a text, up to the end of a line or word: nothing that scrubbing knows by its form is cut in two. */
export function beginningOf(text: string, chars = MAX_TEXT_CHARS): string {
  if (text.length <= chars) return text;
  const head = text.slice(0, chars);
  const end = Math.max(head.lastIndexOf('\n'), head.lastIndexOf(' '));
  const kept = end > 0 ? head.slice(0, end) : '';
  return `${kept} [${text.length - kept.length} characters left out]`;
}

/** JSON as a call may hold it: texts that can be stored, no deeper and no longer than ingest takes. */
export function storable(value: unknown, room = { left: MAX_CHARS }, depth = 0): unknown {
  if (typeof value === 'string') {
    const text = storableText(beginningOf(value, Math.max(0, Math.min(MAX_TEXT_CHARS, room.left))));
    room.left -= text.length;
    return text;
  }
  room.left -= 8;
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= MAX_DEPTH) return '[left out: nested too deep]';
  if (Array.isArray(value)) {
    const kept: unknown[] = [];
    for (const entry of value) {
      if (room.left <= 0) break;
      kept.push(storable(entry, room, depth + 1));
    }
    return kept.length < value.length ? [...kept, `[${value.length - kept.length} left out]`] : kept;
  }
  const kept: [string, unknown][] = [];
  const entries = isObject(value) ? Object.entries(value) : [];
  for (const [key, entry] of entries) {
    if (room.left <= 0) break;
    const name = storableText(key.slice(0, MAX_KEY_CHARS));
    room.left -= name.length;
    kept.push([name, storable(entry, room, depth + 1)]);
  }
  // By entries, so that a key such as __proto__ stays a key.
  return Object.fromEntries(
    kept.length < entries.length ? [...kept, ['left_out', entries.length - kept.length]] : kept,
  );
}
