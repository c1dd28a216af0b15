import { literal, type Token, tokensOf } from './source_tokens.ts';

/** A locator in a source, and what it is to become; both as Playwright's own methods, without what they are called on. */
export interface Replacement {
  /** Line in which the old one begins or was made, 1-based. */
  readonly line: number;
  readonly from: string;
  readonly to: string;
}

export type Replaced =
  | { readonly ok: true; readonly source: string }
  | { readonly ok: false; readonly reason: 'not_in_source' | 'several_in_source' };

const lineOf = (source: string, at: number): number => source.slice(0, at).split('\n').length;

/** Where the wanted tokens stand in a row. */
function places(tokens: readonly Token[], wanted: readonly Token[]): (readonly [first: Token, last: Token])[] {
  return tokens.flatMap((first, at) => {
    const last = tokens[at + wanted.length - 1];
    const same = last && wanted.every(({ says }, n) => tokens[at + n]!.says === says);
    return same ? [[first, last] as const] : [];
  });
}

/** Written in the quotes of the source. */
function inQuotes(code: string, quote: string | undefined): string {
  const strings = tokensOf(code).filter((token) => token.quote !== undefined);
  return strings.reduceRight(
    (text, { start, end, says }) => text.slice(0, start) + literal(says.slice(1), quote) + text.slice(end),
    code,
  );
}

/** The source with the locator replaced, only where it stands in that statement and nowhere else in it. */
export function replaceLocator(source: string, { line, from, to }: Replacement): Replaced {
  const wanted = tokensOf(from);
  if (wanted.length === 0) return { ok: false, reason: 'not_in_source' };
  const here = places(tokensOf(source), wanted).filter(
    ([first, last]) => lineOf(source, first.start) <= line && line <= lineOf(source, last.end),
  );
  const [place, ...others] = here;
  if (!place) return { ok: false, reason: 'not_in_source' };
  if (others.length > 0) return { ok: false, reason: 'several_in_source' };
  const [first, last] = place;
  const quote = tokensOf(source.slice(first.start, last.end)).find((token) => token.quote !== undefined)?.quote;
  return { ok: true, source: source.slice(0, first.start) + inQuotes(to, quote) + source.slice(last.end) };
}
