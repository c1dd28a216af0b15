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
/** Forms kept; the oldest parts of long texts go first, then the oldest. */
export const MAX_FORMS = 5000;
/** Stands before a form that is part of a long text, where forms are handed over: none begins with it. */
const PART = ' ';
/** Characters compared in one text, at the most. */
const MAX_WORK = 4_000_000;
const KEY_CHARS = 4;
export const TYPED = '[typed]';

const telling = (form: string): boolean => form.length >= MIN_TYPED_CHARS && !COMMON_WORDS.has(form);

interface Form {
  readonly form: string;
  /** Of a text of many words: there are as many of them as words, and each tells little. */
  readonly part: boolean;
}

/** What to look for once this was typed, in compact form. */
function formsOf(typed: string): readonly Form[] {
  const text = typed.slice(0, MAX_TYPED_CHARS);
  const words = text.split(/\s+/).filter(Boolean);
  const part = words.length > FEW_WORDS;
  const parts = part
    ? words.slice(WINDOW - 1).map((_, at) => compact(words.slice(at, at + WINDOW).join('')).text)
    : words.map((word) => compact(word).text);
  const least = part ? MIN_WINDOW_CHARS : MIN_TYPED_CHARS;
  return [compact(text).text, ...parts.filter((form) => form.length >= least)]
    .filter(telling)
    .map((form) => ({ form, part }));
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
  /** All forms, oldest first: those that are parts of long texts, and the others. */
  const parts = new Set<string>();
  const wholes = new Set<string>();

  function remember({ form, part }: Form): boolean {
    if (wholes.has(form) || (part && parts.has(form))) return false;
    parts.delete(form);
    const key = form.slice(0, KEY_CHARS);
    const same = (forms.get(key) ?? []).filter((other) => other !== form);
    // Of what is typed key by key only the last state is worth keeping: its beginnings are found by it, for as long as it is kept.
    const over = (other: string): boolean =>
      form.startsWith(other) && other.length >= MIN_PARTIAL_CHARS && !(part && wholes.has(other));
    for (const other of same) if (over(other)) for (const all of [parts, wholes]) all.delete(other);
    forms.set(key, [...same.filter((other) => !over(other)), form]);
    (part ? parts : wholes).add(form);
    if (parts.size + wholes.size > MAX_FORMS) forget(parts.size > 0 ? parts : wholes);
    return true;
  }
  /** The oldest of them. */
  function forget(all: Set<string>): void {
    const form = all.values().next().value!;
    all.delete(form);
    const key = form.slice(0, KEY_CHARS);
    const rest = (forms.get(key) ?? []).filter((other) => other !== form);
    if (rest.length > 0) forms.set(key, rest);
    else forms.delete(key);
  }
  for (const form of known)
    remember(form.startsWith(PART) ? { form: form.slice(PART.length), part: true } : { form, part: false });

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
      if (forms.size === 0 || raw.length < MIN_TYPED_CHARS) return raw;
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
    /** All that is remembered, for another memory to begin with. */
    forms: (): readonly string[] => [...Array.from(parts, (form) => PART + form), ...wholes],
  };
}

export type Taint = ReturnType<typeof createTaint>;
