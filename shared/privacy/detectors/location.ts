import { DOT, needs } from '../traits.ts';
import { byPattern, type Detector } from './detector.ts';

function pair(match: string): number {
  const [lat = 0, long = 0] = (match.match(/-?\d+\.\d+/g) ?? []).map(Number);
  return Math.abs(lat) <= 90 && Math.abs(long) <= 180 ? match.length : 0;
}

/** Places on the earth to some ten metres and better. */
export const LOCATIONS: readonly Detector[] = [
  {
    kind: 'location',
    name: 'decimal degrees',
    needs: needs(10, 6, DOT),
    find: byPattern(
      /(?=[\d-])(?<![\d.,-])-?\d{1,2}\.\d{4,12}°? ?[NS]?[,;/ ] ?-?\d{1,3}\.\d{4,12}(?:°? ?[EWO]\b)?(?![\d.])/g,
      pair,
    ),
  },
  {
    kind: 'location',
    name: 'degrees of one axis',
    needs: needs(4, 5, DOT),
    find: byPattern(/(?=[\d-])(?<=\b(?:lat(?:itude)?|lon(?:g|gitude)?|lng)["']?\s?[:=]\s?["']?)-?\d{1,3}\.\d{3,}/gi),
  },
  {
    kind: 'location',
    name: 'degrees and minutes',
    needs: needs(4, 2),
    find: byPattern(
      /(?=\d)(?<![\d.])\d{1,2}°\s?\d{1,2}['′’]\s?(?:\d{1,2}(?:\.\d{1,6})?["″”]\s?)?[NS][,;\s]{1,3}\d{1,3}°\s?\d{1,2}['′’]\s?(?:\d{1,2}(?:\.\d{1,6})?["″”]\s?)?[EWO]/g,
    ),
  },
];
