/** A text without what differs between two ways to write it, and where each of its characters stood. */
export interface Compact {
  readonly text: string;
  /** For each character of `text`: begin and end of what it was made from. */
  readonly starts: readonly number[];
  readonly ends: readonly number[];
}

/** Dropped: white space, and the marks that pages put into or take out of numbers and names, or escape. */
const DROPPED = /[\s\-–—_.,()/+'"’\\\u00ad\u200b-\u200f\u2060\ufeff]/;
const PLAIN = /[a-z0-9]/;
const ENCODED = /(?:%[0-9a-f]{2}){1,64}|\\u[0-9a-f]{4}/iy;

function decoded(raw: string): string {
  try {
    return raw.startsWith('%') ? decodeURIComponent(raw) : String.fromCharCode(Number.parseInt(raw.slice(2), 16));
  } catch {
    return '';
  }
}

/** In lower case and compatibility form, without white space and separators, percent and JSON escapes resolved. */
export function compact(raw: string): Compact {
  const starts: number[] = [];
  const ends: number[] = [];
  let text = '';
  const add = (chars: string, start: number, end: number): void => {
    for (const char of chars) {
      if (DROPPED.test(char)) continue;
      const folded = PLAIN.test(char) ? char : char.normalize('NFKC').toLowerCase();
      for (let at = 0; at < folded.length; at += 1) {
        starts.push(start);
        ends.push(end);
      }
      text += folded;
    }
  };
  for (let at = 0; at < raw.length; ) {
    const escaped = raw[at] === '%' || raw[at] === '\\';
    ENCODED.lastIndex = at;
    const encoded = escaped ? ENCODED.exec(raw)?.[0] : undefined;
    const plain = encoded && decoded(encoded);
    const char = String.fromCodePoint(raw.codePointAt(at)!);
    const length = plain ? encoded!.length : char.length;
    add(plain || char, at, at + length);
    at += length;
  }
  return { text, starts, ends };
}
