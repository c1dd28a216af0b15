import { COLONS, DOT, TOKEN_17 } from '../marks.ts';
import { DOT_NEXT, lengths } from '../shapes.ts';
import type { Codes } from '../words.ts';
import { numbersBy } from './by-number.ts';
import { all, byPattern } from './by-pattern.ts';
import { type Detector, needs } from './detector.ts';

function ipv6(match: string): boolean {
  const groups = match.split(':').filter(Boolean);
  return match === '::1' || (match.includes('::') ? groups.length >= 2 && /\d/.test(match) : groups.length === 8);
}

/** Whether the same mark stands behind two characters more, and again. */
const isRepeated = (codes: Codes, at: number): boolean => codes[at + 3] === codes[at] && codes[at + 6] === codes[at];

export const NETWORK: readonly Detector[] = [
  {
    kind: 'ip',
    name: 'ipv4',
    needs: needs(4, DOT),
    ...numbersBy(
      { lengths: lengths(1, 3), around: DOT_NEXT, digits: 4 },
      /(?<![\w.])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?![\w]|\.\d)/y,
    ),
  },
  {
    kind: 'mac',
    name: 'mac',
    needs: needs(0, TOKEN_17),
    find: byPattern(
      /[:-]/,
      /([:-])(?<=(?<![\w:-])(?<before>[0-9a-f]{2})[:-])(?:[0-9a-f]{2}\1){4}[0-9a-f]{2}(?![\w:-])/iy,
      undefined,
      isRepeated,
    ),
  },
  {
    kind: 'ip',
    name: 'ipv6',
    needs: needs(0, COLONS),
    find: byPattern(
      /:/,
      /:(?<=(?<![\w:.])(?<before>[0-9a-f]{0,4}):)(?:[0-9a-f]{0,4}:){1,6}[0-9a-f]{0,4}(?![\w:])/iy,
      all(ipv6),
    ),
  },
];
