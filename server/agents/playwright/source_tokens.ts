/** A piece of JavaScript or TypeScript: where it stands, and what it says whatever way it is written. */
export interface Token {
  readonly start: number;
  readonly end: number;
  /** Of a string without parts to fill in, `"` and its value; else the text. */
  readonly says: string;
  /** The quote of a string. */
  readonly quote?: string;
}

const SPACE = /\s+/y;
const COMMENT = /\/\/[^\n]*|\/\*[\s\S]*?\*\//y;
const WORD = /[\p{ID_Start}$_#][\p{ID_Continue}$\u200c\u200d]*/uy;
const NUMBER = /\d[\w.]*/y;
const STRING = /'(?:[^'\\\n]|\\[\s\S])*'|"(?:[^"\\\n]|\\[\s\S])*"|`(?:[^`\\]|\\[\s\S])*`/y;
const REGEX = /\/(?![*/])(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/y;
/** After these a slash begins a regular expression. */
const BEFORE_REGEX = /^(?:[([{,;:=!&|?+\-*%<>~^]|return|typeof|case|in|of|await)$/;

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f', v: '\v', 0: '\0' };

/** The value of a string literal. */
function textOf(literal: string): string {
  return literal
    .slice(1, -1)
    .replace(/\\(?:u\{([\da-f]+)\}|u([\da-f]{4})|x([\da-f]{2})|(\r\n|[\s\S]))/gi, (_all, point, unit, byte, char) => {
      const code = point ?? unit ?? byte;
      if (code !== undefined) return String.fromCodePoint(Number.parseInt(code, 16));
      return char === '\n' || char === '\r\n' ? '' : (ESCAPES[char] ?? char);
    });
}

/** The tokens of a source, without white space, comments and commas before a closing bracket. */
export function tokensOf(source: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  const match = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    return pattern.exec(source)?.[0];
  };
  const push = (text: string, says = text, quote?: string): void => {
    if (/^[)\]}]$/.test(says) && tokens.at(-1)?.says === ',') tokens.pop();
    tokens.push({ start: at, end: at + text.length, says, ...(quote && { quote }) });
    at += text.length;
  };
  while (at < source.length) {
    const skipped = match(SPACE) ?? match(COMMENT);
    if (skipped !== undefined) {
      at += skipped.length;
      continue;
    }
    const string = match(STRING);
    const before = tokens.at(-1)?.says;
    const regex = before === undefined || BEFORE_REGEX.test(before) ? match(REGEX) : undefined;
    if (string !== undefined) {
      const plain = !(string.startsWith('`') && string.includes('${'));
      push(string, plain ? `"${textOf(string)}` : string, string[0]);
    } else push(regex ?? match(WORD) ?? match(NUMBER) ?? source[at]!);
  }
  return tokens;
}

/** A string literal in the quotes that a source uses. */
export function literal(text: string, quote = "'"): string {
  const double = JSON.stringify(text).replace(/[\u2028\u2029]/g, (char) => (char === '\u2028' ? '\\u2028' : '\\u2029'));
  if (quote === '"') return double;
  const mark = quote === '`' ? "'" : quote;
  return `${mark}${double.slice(1, -1).replaceAll('\\"', '"').replaceAll(mark, `\\${mark}`)}${mark}`;
}
