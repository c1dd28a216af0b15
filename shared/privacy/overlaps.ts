import type { Finding } from './detect.ts';

/** With more findings than this, what is taken is marked by character instead of looked for in the list. */
const MANY = 16;

function overlapsAny(found: readonly Finding[], start: number, end: number): boolean {
  for (let index = 0; index < found.length; index += 1)
    if (found[index]!.start < end && start < found[index]!.end) return true;
  return false;
}

/** Whether one that was found earlier holds all of these places. */
function insideAny(found: readonly Finding[], start: number, end: number): boolean {
  for (let index = 0; index < found.length; index += 1)
    if (found[index]!.start <= start && end <= found[index]!.end) return true;
  return false;
}

/** What is found in a text, and whether anything was lost of which a part stays: it overlapped something else. */
export interface Found {
  readonly findings: readonly Finding[];
  readonly lost: boolean;
}

/** Remembers findings, and refuses one that overlaps an earlier one. */
function takings(length: number) {
  const found: Finding[] = [];
  let marks: Uint8Array | undefined;
  let ordered = true;
  let last = 0;
  let lost = false;
  return {
    found: (): Found => ({ findings: ordered ? found : found.sort((a, b) => a.start - b.start), lost }),
    take(finding: Finding): void {
      const { start, end } = finding;
      const overlaps = marks ? marks.subarray(start, end).includes(1) : overlapsAny(found, start, end);
      if (overlaps) {
        lost ||= !insideAny(found, start, end);
        return;
      }
      if (start < last) ordered = false;
      last = start;
      found.push(finding);
      if (found.length === MANY) {
        marks = new Uint8Array(length);
        for (const other of found) marks.fill(1, other.start, other.end);
      } else marks?.fill(1, start, end);
    },
  };
}

/** Of findings in the order of their detectors, those that overlap no earlier one; in the order of the text. */
export function withoutOverlaps(found: readonly Finding[], length: number): Found {
  if (found.length < 2) return { findings: found, lost: false };
  const taken = takings(length);
  for (const finding of found) taken.take(finding);
  return taken.found();
}
