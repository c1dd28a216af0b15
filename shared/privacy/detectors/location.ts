import { DOT, JOINS, SAYS_AXIS } from '../marks.ts';
import { DEGREE_NEXT, DOT_NEXT, lengths } from '../shapes.ts';
import { numbersBy } from './by-number.ts';
import { type Detector, needs } from './detector.ts';

function pair(match: string): number {
  const [lat = 0, long = 0] = (match.match(/-?\d+\.\d+/g) ?? []).map(Number);
  return Math.abs(lat) <= 90 && Math.abs(long) <= 180 ? match.length : 0;
}

/** Places on the earth to some ten metres and better. */
export const LOCATIONS: readonly Detector[] = [
  {
    kind: 'location',
    name: 'decimal degrees',
    needs: needs(5, DOT),
    ...numbersBy(
      { lengths: lengths(1, 2), around: DOT_NEXT, digits: 5, lead: JOINS },
      /(?<![\d.,-])-?\d{1,2}\.\d{4,12}°? ?[NS]?[,;/ ] ?-?\d{1,3}\.\d{4,12}(?:°? ?[EWO]\b)?(?![\d.])/y,
      pair,
    ),
  },
  {
    kind: 'location',
    name: 'degrees of one axis',
    needs: needs(4, DOT | SAYS_AXIS),
    ...numbersBy(
      { lengths: lengths(1, 3), around: DOT_NEXT, digits: 4, lead: JOINS },
      /(?<=\b(?:lat(?:itude)?|lon(?:g|gitude)?|lng)["']?\s?[:=]\s?["']?)-?\d{1,3}\.\d{3,}/iy,
    ),
  },
  {
    kind: 'location',
    name: 'degrees and minutes',
    needs: needs(1),
    ...numbersBy(
      { lengths: lengths(1, 2), around: DEGREE_NEXT },
      /(?<![\d.])\d{1,2}°\s?\d{1,2}['′’]\s?(?:\d{1,2}(?:\.\d{1,6})?["″”]\s?)?[NS][,;\s]{1,3}\d{1,3}°\s?\d{1,2}['′’]\s?(?:\d{1,2}(?:\.\d{1,6})?["″”]\s?)?[EWO]/y,
    ),
  },
];
