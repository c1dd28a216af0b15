import { CODE } from '../marks.ts';
import * as check from '../national-checks.ts';
import { DOT_NEXT, HYPHEN_NEXT, LETTER_NEXT, lengths, PLUS_NEXT, SLASH_NEXT, SPACE_NEXT } from '../shapes.ts';
import { asciiSet, type Codes, isDigit } from '../words.ts';
import { numbersBy } from './by-number.ts';
import { byPattern } from './by-pattern.ts';
import { type Detector, needs } from './detector.ts';

/** Of a number without spaces, points and hyphens. */
interface NumberRule {
  readonly digits: number;
  readonly passes: (digits: string) => boolean;
  /** Words without which so weak a check says nothing. */
  readonly near?: RegExp;
}

/** Of a code without spaces, points and hyphens, in capitals. */
interface CodeRule {
  readonly chars: number;
  readonly compact: RegExp;
  readonly passes: (compact: string) => boolean;
}

const always = (): boolean => true;

/** Digits only. */
const NUMBERS: readonly NumberRule[] = [
  { digits: 11, passes: check.poland },
  { digits: 11, passes: check.norway },
  { digits: 11, passes: check.turkey },
  { digits: 11, passes: check.cpf },
  { digits: 11, passes: check.belgium },
  { digits: 13, passes: check.romania, near: /cnp|personal|cod numeric/i },
  { digits: 13, passes: check.southAfrica },
  { digits: 14, passes: check.cnpj },
  { digits: 15, passes: (id) => /^[12]/.test(id) && check.france(id) },
  { digits: 13, passes: (id) => id.startsWith('756') && check.switzerland(id) },
  { digits: 11, passes: check.germany, near: /steuer|\bidnr|tax id|\btin\b/i },
  { digits: 9, passes: check.netherlands, near: /\bbsn\b|burgerservice|sofinummer/i },
  { digits: 10, passes: check.nhs, near: /\bnhs\b/i },
  { digits: 9, passes: check.canada, near: /\bsin\b|social insurance|\bnas\b|assurance sociale/i },
  { digits: 9, passes: check.portugal, near: /\bnif\b|contribuinte/i },
  { digits: 9, passes: check.australia, near: /\btfn\b|tax file/i },
  { digits: 12, passes: check.india, near: /aadhaa?r|\buid(?:ai)?\b/i },
  { digits: 10, passes: check.denmark, near: /\bcpr\b|personnummer/i },
  { digits: 9, passes: always, near: /\bssn\b|social security/i },
];

/** Letters and digits. */
const CODES: readonly CodeRule[] = [
  { chars: 9, compact: /^[XYZ\d]\d{7}[A-Z]$/, passes: check.spain },
  {
    chars: 16,
    compact: /^[A-Z]{6}[\dLMNP-V]{2}[A-EHLMPRST][\dLMNP-V]{2}[A-Z][\dLMNP-V]{3}[A-Z]$/,
    passes: check.italy,
  },
  { chars: 15, compact: /^[12]\d{4}2[AB]\d{8}$/, passes: check.france },
  { chars: 9, compact: /^(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]\d{6}[A-D]$/, passes: always },
  { chars: 10, compact: /^[A-Z]{3}[ABCFGHJLPT][A-Z]\d{4}[A-Z]$/, passes: always },
  { chars: 9, compact: /^[STFG]\d{7}[A-Z]$/, passes: check.singapore },
  { chars: 18, compact: /^\d{17}[\dX]$/, passes: check.china },
  { chars: 18, compact: /^[A-Z][AEIOUX][A-Z]{2}\d{6}[HMX][A-Z]{5}[A-Z\d]\d$/, passes: always },
];

const NEAR_CHARS = 40;
const around = (text: string, start: number): string => text.slice(Math.max(0, start - NEAR_CHARS), start);

const SEPARATED = /[ .-]/;
const bare = (raw: string): string => raw.replace(/[ .-]/g, '').toUpperCase();
const alike = (compact: string): boolean => /^(.)\1*$/.test(compact);

/** By the number of digits: what may pass by itself, and what only beside words. */
const RULES = Array.from({ length: 16 }, (_, digits) => {
  const rules = NUMBERS.filter((rule) => rule.digits === digits);
  const near = rules.map((rule) => rule.near);
  const said = near.every((words) => words !== undefined)
    ? new RegExp(near.map(({ source }) => source).join('|'), 'i')
    : undefined;
  return { rules, said };
});

function numbered(raw: string, text: string, start: number): number {
  const digits = SEPARATED.test(raw) ? bare(raw) : raw;
  const { rules, said } = RULES[digits.length]!;
  if (rules.length === 0 || (said && !said.test(around(text, start)))) return 0;
  for (const { passes, near } of rules)
    if (passes(digits) && (!near || near.test(around(text, start)))) return alike(digits) ? 0 : raw.length;
  return 0;
}
function coded(raw: string): number {
  const code = bare(raw);
  return CODES.some(({ chars, compact, passes }) => code.length === chars && compact.test(code) && passes(code)) &&
    !alike(code)
    ? raw.length
    : 0;
}

const BEFORE_CODE = asciiSet(/[^\w.-]/);
const IN_CODE = asciiSet(/[A-Z\d]/);
const SPACE = 32;
const HYPHEN = 45;
const SHORTEST_CODE = 8;
/** Whether a code may begin here, by how many capitals and digits stand here in a row and what is beside them. */
function mayBeCode(codes: Codes, at: number): boolean {
  if (at > 0 && codes[at - 1]! < 128 && BEFORE_CODE[codes[at - 1]!] === 0) return false;
  let end = at;
  while (end - at < SHORTEST_CODE && IN_CODE[codes[end]!] === 1) end += 1;
  const count = end - at;
  if (count === SHORTEST_CODE) return true;
  if (codes[end] === HYPHEN) return count === 1 || count === SHORTEST_CODE - 1;
  return count === 2 && codes[end] === SPACE && isDigit(codes, end + 1);
}

/** Of numbers that are written with separators: how many digits stand between which, and what the digits must pass. */
const WRITTEN = new Map<string, (digits: string) => boolean>(
  Object.entries({
    '3.3.3-2': check.cpf,
    '2.3.3/4-2': check.cnpj,
    '4-4-4': check.india,
    '6-4': (id) => check.sweden(id) || check.denmark(id),
    '6+4': check.sweden,
    '8-4': (id) => check.sweden(id.slice(2)),
    '2.2.2-3.2': check.belgium,
    '2.2.2-3-2': check.belgium,
    '3.4.4.2': (id) => id.startsWith('756') && check.switzerland(id),
    '6/4': check.czechia,
    '6-7': check.korea,
    '1.3.3-1': check.chile,
    '2.3.3-1': check.chile,
  }),
);

/** Lengths of the groups and what stands between them. */
function grouping(raw: string): string {
  let groups = '';
  let length = 0;
  for (const char of raw) {
    if (!'./+- '.includes(char)) length += 1;
    else {
      groups += `${length}${char}`;
      length = 0;
    }
  }
  return groups + length;
}

function written(raw: string): number {
  const passes = WRITTEN.get(grouping(raw));
  return passes?.(raw.replace(/[./+-]/g, '').toUpperCase()) ? raw.length : 0;
}

const SPACED = new Map<string, (digits: string) => boolean>(
  Object.entries({
    '4 4 4': check.india,
    '1 2 2 2 3 3 2': check.france,
    '2 3 3 3': check.germany,
  }),
);
function spaced(raw: string): number {
  const passes = SPACED.get(grouping(raw));
  return passes?.(raw.replaceAll(' ', '')) ? raw.length : 0;
}

const asId = { kind: 'national_id' } as const;

/** Numbers that a state gave to a person, by their form and checksum; where that is weak, only beside words that say so. */
export const NATIONAL_IDS: readonly Detector[] = [
  {
    ...asId,
    name: 'Finland',
    needs: needs(6),
    ...numbersBy(
      { lengths: lengths(6), around: HYPHEN_NEXT | PLUS_NEXT | LETTER_NEXT },
      /(?<![\w-])\d{6}[-+A-FU-Y]\d{3}[\dA-FHJ-NPR-Y](?!\w)/y,
      (id) => (check.finland(id) ? id.length : 0),
    ),
  },
  {
    ...asId,
    name: 'national, separators',
    needs: needs(8),
    ...numbersBy(
      { lengths: lengths(1, 8), around: DOT_NEXT | SLASH_NEXT | PLUS_NEXT | HYPHEN_NEXT, digits: 7 },
      /(?<![\w./+-])\d{1,8}(?:[./+-]\d{1,7}){1,4}(?:-[Kk])?(?!\w|[./-]\d)/y,
      written,
    ),
  },
  {
    ...asId,
    name: 'national, spaces',
    needs: needs(11),
    ...numbersBy(
      { lengths: lengths(1, 2) | lengths(4), around: SPACE_NEXT, digits: 11 },
      /(?<!\d ?)(?:[2-9]\d{3} \d{4} \d{4}|[12] \d\d \d\d \d\d \d{3} \d{3} \d\d|[1-9]\d \d{3} \d{3} \d{3})(?! ?\d)/y,
      spaced,
    ),
  },
  {
    ...asId,
    name: 'national',
    needs: needs(9),
    ...numbersBy(
      { lengths: lengths(3, 4) | lengths(9, 15), digits: 9 },
      /(?<![\w.,+-])(?:\d{9,15}|\d{3}[ -]\d{3}[ -]\d{3,4}|\d{4}[ .]\d\d[ .]\d{3})(?![\w-]|[.,]\d)/y,
      numbered,
    ),
  },
  {
    ...asId,
    name: 'national code',
    needs: needs(0, CODE),
    find: byPattern(
      /[A-Z\d]/,
      /(?<![\w.-])(?:[A-Z\d]{8,18}|[A-Z]{2}(?: \d\d){3} [A-D]|[XYZ]?-?\d{7,8}-[A-Z])(?![\w-])/y,
      coded,
      mayBeCode,
    ),
  },
];
