/** Longest text of a result that is looked at, in UTF-16 units. */
const MAX_TEXT_CHARS = 12 * 1024 * 1024;

/** The first text of a result; undefined where there is none, or too much. */
export function textOf(content: readonly unknown[]): string | undefined {
  for (const item of content) {
    const { type, text } = (item ?? {}) as { readonly type?: unknown; readonly text?: unknown };
    if (type === 'text' && typeof text === 'string') return text.length <= MAX_TEXT_CHARS ? text : undefined;
  }
  return undefined;
}
