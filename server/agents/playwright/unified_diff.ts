const CONTEXT = 3;

interface Change {
  /** Lines of the old text, 0-based, and what stands in their place. */
  readonly from: number;
  readonly to: number;
  readonly lines: readonly string[];
}

/** Runs of lines that differ, of texts of which lines were replaced and none moved. */
function changesOf(before: readonly string[], after: readonly string[]): Change[] {
  const changes: Change[] = [];
  let a = 0;
  let b = 0;
  while (a < before.length || b < after.length) {
    if (before[a] === after[b]) {
      a += 1;
      b += 1;
      continue;
    }
    const [skipA, skipB] = nextSame(before, after, a, b);
    changes.push({ from: a, to: skipA, lines: after.slice(b, skipB) });
    a = skipA;
    b = skipB;
  }
  return changes;
}

/** The nearest places at which both texts go on alike. */
function nextSame(before: readonly string[], after: readonly string[], a: number, b: number): [number, number] {
  const most = before.length - a + after.length - b;
  for (let sum = 1; sum <= most; sum += 1)
    for (let inA = Math.min(sum, before.length - a); inA >= 0; inA -= 1) {
      const inB = sum - inA;
      if (b + inB <= after.length && before[a + inA] === after[b + inB]) return [a + inA, b + inB];
    }
  return [before.length, after.length];
}

/** Changes near one another share a hunk. */
function grouped(changes: readonly Change[]): Change[][] {
  const groups: Change[][] = [];
  for (const change of changes) {
    const last = groups.at(-1);
    if (last && change.from - last.at(-1)!.to <= 2 * CONTEXT) last.push(change);
    else groups.push([change]);
  }
  return groups;
}

/** Each with its line break. */
const linesOf = (text: string): string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? [];

const marked = (mark: string, lines: readonly string[]): string =>
  lines.map((line) => mark + (line.endsWith('\n') ? line : `${line}\n\\ No newline at end of file\n`)).join('');

/** A unified diff of one file, as `patch -p1` and `git apply` take it; empty where the texts are the same. */
export function unifiedDiff(path: string, before: string, after: string): string {
  const old = linesOf(before);
  let shift = 0;
  const hunks = grouped(changesOf(old, linesOf(after))).map((group) => {
    const from = Math.max(0, group[0]!.from - CONTEXT);
    const to = Math.min(old.length, group.at(-1)!.to + CONTEXT);
    let body = '';
    let at = from;
    for (const change of group) {
      body += marked(' ', old.slice(at, change.from));
      body += marked('-', old.slice(change.from, change.to)) + marked('+', change.lines);
      at = change.to;
    }
    body += marked(' ', old.slice(at, to));
    const added = group.reduce((sum, change) => sum + change.lines.length - (change.to - change.from), 0);
    const head = `@@ -${from + 1},${to - from} +${from + 1 + shift},${to - from + added} @@\n`;
    shift += added;
    return head + body;
  });
  return hunks.length === 0 ? '' : `--- a/${path}\n+++ b/${path}\n${hunks.join('')}`;
}
