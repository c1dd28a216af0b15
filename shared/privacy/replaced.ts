import type { Finding } from './detect.ts';

/** The text with the kind of each finding in brackets in its place. */
export function replaced(text: string, findings: readonly Finding[]): string {
  let at = 0;
  let clean = '';
  for (const { kind, start, end } of findings) {
    clean += `${text.slice(at, start)}[${kind}]`;
    at = end;
  }
  return clean + text.slice(at);
}
