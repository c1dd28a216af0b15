import type { Finding } from './detect.ts';

const placeholders = new Map<string, string>();
/** Made once a kind. */
function placeholderOf(kind: string): string {
  let placeholder = placeholders.get(kind);
  if (placeholder === undefined) {
    placeholder = `[${kind}]`;
    placeholders.set(kind, placeholder);
  }
  return placeholder;
}

/** The text with the kind of each finding in brackets in its place. */
export function replaced(text: string, findings: readonly Finding[]): string {
  let at = 0;
  let clean = '';
  for (let index = 0; index < findings.length; index += 1) {
    const { kind, start, end } = findings[index]!;
    if (start > at) clean += text.slice(at, start);
    clean += placeholderOf(kind);
    at = end;
  }
  return at < text.length ? clean + text.slice(at) : clean;
}
