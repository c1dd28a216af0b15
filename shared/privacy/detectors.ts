import { iban, luhn, opaque } from './checks.ts';

/** One kind of personal or secret data and how to find it. */
export interface Detector {
  readonly kind: string;
  /**
   * Global. Linear in the text: every repetition is bounded, or can start only once in a run of its characters.
   */
  readonly pattern: RegExp;
  /** How many characters of a match are the finding, from its start; 0 for none. Absent: all. */
  readonly accept?: (match: string) => number;
  /** The finding is the first group instead of the match. */
  readonly group?: true;
}

const all = (is: (match: string) => boolean) => (match: string) => (is(match) ? match.length : 0);

/** Groups that people write a card number or an IBAN in; more of them are something else. */
const MAX_GROUPS = 9;

/** Longest beginning of the match, not ending inside a word, that passes; texts after a number would otherwise hide it. */
const longest =
  (min: number, is: (compact: string) => boolean) =>
  (match: string): number => {
    const groups = match.split(/[ -]/);
    const most = groups.slice(0, MAX_GROUPS).join(' ').length;
    for (let end = most; end >= min; end -= 1) {
      if (/[\dA-Z]/i.test(match[end] ?? '') || !/[\dA-Z]/i.test(match[end - 1]!)) continue;
      if (is(match.slice(0, end).replace(/[ -]/g, ''))) return end;
    }
    return 0;
  };

const DATE = /^(?:(?:19|20)\d\d[/.-]\d{1,2}[/.-]\d{1,2}|\d{1,2}[/.-]\d{1,2}[/.-](?:19|20)?\d\d)(?![\d./-])/;

/** E.164, or national as people group it: an area code, or three and more groups; not dates, not plain numbers. */
function phone(match: string): boolean {
  const number = match.replace(/\s?x\d+$/, '');
  const digits = number.replace(/\D/g, '');
  if (digits.length < 7 || digits.length > 15 || DATE.test(number)) return false;
  if (/^(\+|00)/.test(number)) return digits.length >= 8;
  if (/^(1[-. ]?)?(\(\d{3}\) ?|\d{3}[-. ])\d{3}[-. ]\d{4}$/.test(number)) return true;
  if (/^\(\d{2,4}\) ?\d{3,4}[- ]\d{3,4}$/.test(number)) return true;
  if (/^\(?0\d/.test(number) && digits.length >= 9 && /[ ()/-]/.test(number)) return true;
  const groups = number.split(/[ -]/);
  const dotted = number.split('.');
  const grouped = (parts: readonly string[], least: number): boolean =>
    parts.length >= least && parts.every((part) => /^\d{2,4}$/.test(part));
  return digits.length >= 8 && digits.length <= 12 && (grouped(groups, 3) || grouped(dotted, 5));
}

function ipv6(match: string): boolean {
  const groups = match.split(':').filter(Boolean);
  return match === '::1' || (match.includes('::') ? groups.length >= 2 && /\d/.test(match) : groups.length === 8);
}

/** In order: where two findings overlap, the earlier one here wins. */
export const DETECTORS: readonly Detector[] = [
  { kind: 'jwt', pattern: /(?<![\w-])eyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?/g },
  {
    kind: 'key',
    pattern:
      /(?<![A-Za-z0-9])(?:(?:sk|pk|rk|sb_secret|sb_publishable|gh[pousr]|github_pat|glpat|xox[abeoprs]|npm|hf|dop_v1|shpat|whsec)[_-][\w-]{10,}|(?:AKIA|ASIA)[A-Z0-9]{16}|AIza[\w-]{30,}|SG\.[\w-]{16,}\.[\w-]{16,})/g,
  },
  { kind: 'token', pattern: /\b(?:bearer|basic)\s{1,4}[\w.~+/-]{12,}=*/gi },
  {
    kind: 'email',
    // The part before the @ is read backwards, from the @: a long run of letters without one costs nothing.
    pattern: /(?:@|%40)(?<=([\p{L}\p{N}._%+'-]{1,64})(?:@|%40))(?:[\p{L}\p{N}-]{1,63}\.){1,8}[\p{L}]{2,24}/giu,
  },
  {
    kind: 'iban',
    pattern: /(?<![A-Z0-9])[A-Z]{2}\d{2}(?: ?[A-Z0-9]){11,32}/gi,
    accept: longest(15, (s) => iban(s.toUpperCase())),
  },
  {
    kind: 'card',
    // Maestro has cards of 12 digits; other networks begin at 13.
    pattern: /(?<!\d)\d\d(?:[ -]?\d){10,21}/g,
    accept: longest(
      12,
      (s) => s.length <= 19 && (s.length > 12 || /^(?:50|5[6-8]|6|0604)/.test(s)) && luhn(s) && !/^0+$/.test(s),
    ),
  },
  { kind: 'ssn', pattern: /(?<![\d-])(?!000|666|9)\d{3}([- ])(?!00)\d{2}\1(?!0000)\d{4}(?![\d-])/g },
  { kind: 'ip', pattern: /(?<![\w.])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?![\w]|\.\d)/g },
  { kind: 'mac', pattern: /(?<![\w:-])[0-9a-f]{2}([:-])(?:[0-9a-f]{2}\1){4}[0-9a-f]{2}(?![\w:-])/gi },
  { kind: 'ip', pattern: /(?<![\w:.])(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{0,4}(?![\w:])/gi, accept: all(ipv6) },
  {
    kind: 'phone',
    pattern: /(?<![\w.+-])(?:\+\(?|\(|(?<!\d ))\d[\d ()./-]{5,20}\d(?:\s?x\d{1,5})?(?!\w)/g,
    accept: all(phone),
  },
  {
    kind: 'phone',
    pattern:
      /\b(?:phone|mobile|cell|tel|telephone|fax|desk|office|call|answering|reach|messages?)(?: me)?(?: number)?(?: on| at| to| is)?[:.#\s]{1,6}(\+?\(?\d[\d ()./-]{4,20}\d(?:\s?x\d{1,5})?)(?!\w)/gi,
    group: true,
  },
  {
    kind: 'phone',
    pattern: /(?<![\w.+-])(\d[\d ()./-]{5,20}\d)[ -](?:office|fax|mobile|cell|home|work)\b/gi,
    group: true,
  },
  {
    kind: 'code',
    pattern:
      /\b(?:one[- ]time|verification|security|log-?in|access|sign[- ]?in|confirmation|authentication|authorization|sms|2fa|otp)(?: (?:code|password|passcode|pin))?\b[^\d\n]{0,24}(\d{4,8})(?![\d])/gi,
    group: true,
  },
  { kind: 'code', pattern: /(?<![\d.,])(\d{4,8}) is your\b/gi, group: true },
  { kind: 'token', pattern: /(?<![\w~+/-])[\w~+/-]{20,}={0,2}/g, accept: all(opaque) },
];
