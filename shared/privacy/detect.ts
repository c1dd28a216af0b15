import { DETECTORS, type Detector } from './detectors.ts';

/** Where in a text something personal or secret stands, in UTF-16 units. */
export interface Finding {
  readonly kind: string;
  readonly start: number;
  readonly end: number;
}

function* matches({ kind, pattern, accept, group }: Detector, text: string): Generator<Finding> {
  pattern.lastIndex = 0;
  for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
    const [whole, first = ''] = match;
    const length = accept ? accept(whole) : whole.length;
    const { index } = match;
    if (length === 0) pattern.lastIndex = index + 1;
    else if (kind === 'email') yield { kind, start: index - first.length, end: index + length };
    else if (group)
      yield { kind, start: index + whole.indexOf(first), end: index + whole.indexOf(first) + first.length };
    else {
      pattern.lastIndex = index + length;
      yield { kind, start: index, end: index + length };
    }
  }
}

/** Everything personal or secret in a text, in order and without overlaps. */
export function detect(text: string): Finding[] {
  const found: Finding[] = [];
  const taken = new Uint8Array(text.length);
  for (const detector of DETECTORS) {
    for (const next of matches(detector, text)) {
      if (taken.subarray(next.start, next.end).includes(1)) continue;
      taken.fill(1, next.start, next.end);
      found.push(next);
    }
  }
  return found.sort((a, b) => a.start - b.start);
}
