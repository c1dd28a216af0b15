import type { Scrub } from './scrub.ts';
import { type Enter, type TextRun, textRun } from './text-run.ts';

const MAX_LABEL_CHARS = 48;
const MAX_JOINED_CHARS = 4000;

const DIGIT = /\d/;
/** A few words that may say what the number behind them is. */
const isLabel = (text: string): boolean =>
  text.length <= MAX_LABEL_CHARS && !DIGIT.test(text) && /\p{L}{2}/u.test(text);
const labelOf = (text: string): string => `${text.trim().replace(/\s*:$/, '')}: `;

/**
 * The texts, without what is found only when they are read together with `between[at]` behind each; the same array where that is
 * nothing. All from where the first finding begins to where the last one ends is gone, but for the placeholder.
 */
function together(texts: readonly string[], between: readonly string[], scrub: Scrub): readonly string[] {
  const joined = texts.map((text, at) => text + (between[at] ?? '')).join('');
  if (joined.length > MAX_JOINED_CHARS) return texts;
  const clean = scrub(joined);
  if (clean === joined) return texts;
  const most = Math.min(joined.length, clean.length);
  let from = 0;
  while (from < most && joined[from] === clean[from]) from += 1;
  let behind = 0;
  while (behind < most - from && joined[joined.length - 1 - behind] === clean[clean.length - 1 - behind]) behind += 1;
  const to = joined.length - behind;
  let placeholder = clean.slice(from, clean.length - behind);
  let start = 0;
  return texts.map((text, at) => {
    const [first, last] = [start, start + text.length];
    start = last + (between[at] ?? '').length;
    if (last <= from || first >= to) return text;
    const kept = text.slice(0, Math.max(0, from - first)) + placeholder + text.slice(Math.max(0, to - first));
    placeholder = '';
    return kept;
  });
}

interface Known {
  readonly raw: string;
  readonly clean: string;
}

/**
 * Scrubs texts of a page that is gone through in its order: each by itself, together with those in its line, as pages split one
 * number over elements, and a number behind the words before it that say what it is. Each text is looked at three times at most.
 */
export function createNeighbours(scrub: Scrub, enter: Enter): (node: Node) => string {
  const known = new WeakMap<Node, Known>();
  const rawOf = (node: Node): string => node.nodeValue ?? '';
  const recall = (node: Node): string | undefined => {
    const hit = known.get(node);
    return hit?.raw === rawOf(node) ? hit.clean : undefined;
  };
  const remember = ({ nodes }: TextRun, raws: readonly string[], cleans: readonly string[]): void => {
    for (const [at, node] of nodes.entries()) known.set(node, { raw: raws[at]!, clean: cleans[at]! });
  };

  /** A line read by itself; `label` stands before it. */
  function line(run: TextRun, label = ''): string {
    const raws = run.nodes.map(rawOf);
    let cleans: readonly string[] = raws.map((raw) => (raw.trim() ? scrub(raw) : raw));
    const texts = raws.filter((raw) => raw.trim()).length;
    if (texts > 1) {
      cleans = together(cleans, [], scrub);
      const between = cleans.map((text, at) => (isLabel(text) && /^\s*[+(]?\d/.test(cleans[at + 1] ?? '') ? ': ' : ''));
      if (between.some(Boolean)) cleans = together(cleans, between, scrub);
    }
    if (label && cleans.some((text) => DIGIT.test(text))) cleans = together([label, ...cleans], [], scrub).slice(1);
    remember(run, raws, cleans);
    return raws.join('').trim();
  }

  return (node) => {
    const before = recall(node);
    if (before !== undefined) return before;
    const run = textRun(node, enter);
    const text = line(run);
    if (run.next && isLabel(text)) {
      const next = textRun(run.next, enter);
      if (next.nodes.some((value) => DIGIT.test(rawOf(value)))) line(next, labelOf(text));
    }
    return recall(node)!;
  };
}
