import { COMMON_WORDS } from './common-words.ts';
import { type Compact, compact } from './compact.ts';

/** What is shorter, in compact form, is not remembered: it would be found in every other word. */
export const MIN_TYPED_CHARS = 4;
/** Shorter forms count only as whole words; of longer ones a beginning counts too, at this length and as a whole word. */
const MIN_INSIDE_CHARS = 6;
const MIN_PARTIAL_CHARS = 5;
/** Longest text taken in; what is longer is remembered by its beginning. */
const MAX_TYPED_CHARS = 10_000;
/** Texts of so few words are remembered word by word too, longer ones by each three words in a row. */
const FEW_WORDS = 4;
const WINDOW = 3;
const MIN_WINDOW_CHARS = 10;
/** Forms kept; the oldest go first. */
export const MAX_FORMS = 5000;
/** Characters compared in one text, at the most. */
const MAX_WORK = 4_000_000;
const KEY_CHARS = 4;
export const TYPED = '[typed]';

const telling = (form: string): boolean => form.length >= MIN_TYPED_CHARS && !COMMON_WORDS.has(form);

/** What to look for once this was typed, in compact form. */
function formsOf(typed: string): string[] {
  const text = typed.slice(0, MAX_TYPED_CHARS);
  const words = text.split(/\s+/).filter(Boolean);
  const parts =
    words.length <= FEW_WORDS
      ? words.map((word) => compact(word).text)
      : words.slice(WINDOW - 1).map((_, at) => compact(words.slice(at, at + WINDOW).join('')).text);
  const least = words.length <= FEW_WORDS ? MIN_TYPED_CHARS : MIN_WINDOW_CHARS;
  return [compact(text).text, ...parts.filter((form) => form.length >= least)].filter(telling);
}

const inWord = (char: string | undefined): boolean => char !== undefined && /[\p{L}\p{N}]/u.test(char);

/**
 * What was typed in a run, by people and tools, and its removal from texts: in any case of letters, with other white space or
 * separators, percent-encoded, escaped as in JSON, cut off at the end, or only some of its words.
 *
 * Not remembered are texts of fewer than four characters and single common words. Kept in memory, in compact form; `forms` is for
 * a store that is never written to disk.
 */
export function createTaint(known: readonly string[] = []) {
  const forms = new Map<string, readonly string[]>();
  /** All forms, oldest first. */
  const order = new Set<string>();

  function remember(form: string): boolean {
    if (order.has(form)) return false;
    const key = form.slice(0, KEY_CHARS);
    const same = forms.get(key) ?? [];
    // Of what is typed key by key only the last state is worth keeping: its beginnings are found by it.
    const kept = same.filter((other) => !form.startsWith(other) || other.length < MIN_PARTIAL_CHARS);
    if (kept.length < same.length) for (const other of same) if (!kept.includes(other)) order.delete(other);
    forms.set(key, [...kept, form]);
    order.add(form);
    if (order.size > MAX_FORMS) forget(order.values().next().value!);
    return true;
  }
  function forget(form: string): void {
    order.delete(form);
    const key = form.slice(0, KEY_CHARS);
    const rest = (forms.get(key) ?? []).filter((other) => other !== form);
    if (rest.length > 0) forms.set(key, rest);
    else forms.delete(key);
  }
  for (const form of known) remember(form);

  /** Length of the longest form, or beginning of one, that stands at a place of the text and may be taken out there. */
  function lengthAt(raw: string, { text, starts, ends }: Compact, at: number, work: { left: number }): number {
    const candidates = forms.get(text.slice(at, at + KEY_CHARS));
    if (!candidates) return 0;
    const opens = !inWord(raw[starts[at]! - 1]);
    let longest = 0;
    for (const form of candidates) {
      let length = KEY_CHARS;
      while (length < form.length && text[at + length] === form[length]) length += 1;
      work.left -= length;
      const closes = !inWord(raw[ends[at + length - 1]!]);
      const whole = length === form.length && (length >= MIN_INSIDE_CHARS || (opens && closes));
      const partial = length >= MIN_PARTIAL_CHARS && opens && closes && telling(text.slice(at, at + length));
      if (whole || partial) longest = Math.max(longest, length);
    }
    return longest;
  }

  return {
    /** Returns whether anything new is remembered. */
    add(typed: string): boolean {
      return formsOf(typed).map(remember).some(Boolean);
    },
    /** The text with `[typed]` in place of what was typed. Throws where the text costs more than it may. */
    scrub(raw: string): string {
      if (order.size === 0 || raw.length < MIN_TYPED_CHARS) return raw;
      const compacted = compact(raw);
      const work = { left: MAX_WORK };
      let clean = '';
      let from = 0;
      for (let at = 0; at <= compacted.text.length - KEY_CHARS; ) {
        const length = lengthAt(raw, compacted, at, work);
        if (work.left < 0) throw new Error('The text costs too much to be cleaned of what was typed.');
        if (length > 0) {
          clean += raw.slice(from, Math.max(from, compacted.starts[at]!)) + TYPED;
          from = compacted.ends[at + length - 1]!;
        }
        at += Math.max(1, length);
      }
      return from === 0 ? raw : clean + raw.slice(from);
    },
    forms: (): readonly string[] => [...order],
  };
}

export type Taint = ReturnType<typeof createTaint>;
