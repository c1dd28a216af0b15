import { COLON, DOT, needs } from '../traits.ts';
import { all, byPattern, type Detector } from './detector.ts';

function ipv6(match: string): boolean {
  const groups = match.split(':').filter(Boolean);
  return match === '::1' || (match.includes('::') ? groups.length >= 2 && /\d/.test(match) : groups.length === 8);
}

export const NETWORK: readonly Detector[] = [
  {
    kind: 'ip',
    name: 'ipv4',
    needs: needs(4, 7, DOT),
    find: byPattern(/(?=\d)(?<![\w.])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?![\w]|\.\d)/g),
  },
  {
    kind: 'mac',
    name: 'mac',
    needs: needs(0, 17),
    find: byPattern(
      /(?<mark>[:-])(?<=(?<![\w:-])(?<before>[0-9a-f]{2})[:-])(?:[0-9a-f]{2}\k<mark>){4}[0-9a-f]{2}(?![\w:-])/gi,
    ),
  },
  {
    kind: 'ip',
    name: 'ipv6',
    needs: needs(1, 3, COLON, 1),
    find: byPattern(
      /:(?<=(?<![\w:.])(?<before>[0-9a-f]{0,4}):)(?:[0-9a-f]{0,4}:){1,6}[0-9a-f]{0,4}(?![\w:])/gi,
      all(ipv6),
    ),
  },
];
