/** Longest answer that is looked at, in UTF-16 units. */
const MAX_ANSWER_CHARS = 12 * 1024 * 1024;
const FENCE = '```';

/** Titles by what may stand under them: a block between fences, lines that each begin with `- `, or anything. */
const FENCED = new Set(['Ran Playwright code']);
const LISTED = new Set(['Open tabs', 'Page', 'Events']);
const EITHER = new Set(['Snapshot']);

/** What the server wrote, by title; a section holds its lines, without fences. */
export type Sections = ReadonlyMap<string, readonly string[]>;

export interface Answer {
  readonly sections: Sections;
  /** What comes first and may hold any text, of pages too: nothing behind it is believed. */
  readonly free?: { readonly title: 'Error' | 'Result'; readonly text: string };
}

const titleAt = (line: string | undefined): string | undefined => /^### ([A-Z][\w ]+)$/.exec(line ?? '')?.[1];

/**
 * Takes an answer of @playwright/mcp apart: sections in a fixed order, each read by its own form, so that a page cannot write one. Reading
 * stops where a section may hold free text (errors, results, messages of dialogs), since behind it nobody can tell who wrote what.
 * @param results whether this tool's results are one line each, or JSON, so that no line of them can begin a section
 */
export function readAnswer(text: string, results: 'plain' | 'any'): Answer {
  const sections = new Map<string, readonly string[]>();
  if (text.length > MAX_ANSWER_CHARS) return { sections };
  const lines = text.split('\n');
  let at = 0;
  let free: Answer['free'];
  const first = titleAt(lines[0]);
  if (first === 'Error' || first === 'Result') {
    let end = lines.length;
    if (first === 'Result' && results === 'plain') {
      const next = lines.findIndex((line, n) => n > 0 && titleAt(line) !== undefined);
      if (next > 0) end = next;
    }
    free = { title: first, text: lines.slice(1, end).join('\n') };
    at = end;
  }
  while (at < lines.length) {
    const title = titleAt(lines[at]);
    if (title === undefined || sections.has(title)) break;
    at += 1;
    const fenced = lines[at]?.startsWith(FENCE) ?? false;
    let end: number;
    if (fenced && (FENCED.has(title) || EITHER.has(title))) {
      end = lines.indexOf(FENCE, at + 1);
      if (end < 0) break;
      sections.set(title, lines.slice(at + 1, end));
      end += 1;
    } else if (LISTED.has(title) || EITHER.has(title)) {
      end = at;
      while (end < lines.length && lines[end]!.startsWith('- ')) end += 1;
      sections.set(title, lines.slice(at, end));
    } else break;
    at = end;
  }
  return { sections, ...(free ? { free } : {}) };
}
