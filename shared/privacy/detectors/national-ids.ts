import * as check from '../national-checks.ts';
import { CAPITAL, needs } from '../traits.ts';
import { byPattern, type Detector } from './detector.ts';

interface Rule {
  /** Of the number without spaces, points and hyphens, in capitals. */
  readonly compact: RegExp;
  readonly passes: (compact: string) => boolean;
  /** Words without which so weak a check says nothing. */
  readonly near?: RegExp;
}

const always = (): boolean => true;

/** Digits only, by their number. */
const NUMBERS: readonly Rule[] = [
  { compact: /^\d{11}$/, passes: check.poland },
  { compact: /^\d{11}$/, passes: check.norway },
  { compact: /^\d{11}$/, passes: check.turkey },
  { compact: /^\d{11}$/, passes: check.cpf },
  { compact: /^\d{11}$/, passes: check.belgium },
  { compact: /^\d{13}$/, passes: check.romania, near: /cnp|personal|cod numeric/i },
  { compact: /^\d{13}$/, passes: check.southAfrica },
  { compact: /^\d{14}$/, passes: check.cnpj },
  { compact: /^[12]\d{14}$/, passes: check.france },
  { compact: /^756\d{10}$/, passes: check.switzerland },
  { compact: /^\d{11}$/, passes: check.germany, near: /steuer|\bidnr|tax id|\btin\b/i },
  { compact: /^\d{9}$/, passes: check.netherlands, near: /\bbsn\b|burgerservice|sofinummer/i },
  { compact: /^\d{10}$/, passes: check.nhs, near: /\bnhs\b/i },
  { compact: /^\d{9}$/, passes: check.canada, near: /\bsin\b|social insurance|\bnas\b|assurance sociale/i },
  { compact: /^\d{9}$/, passes: check.portugal, near: /\bnif\b|contribuinte/i },
  { compact: /^\d{9}$/, passes: check.australia, near: /\btfn\b|tax file/i },
  { compact: /^\d{12}$/, passes: check.india, near: /aadhaa?r|\buid(?:ai)?\b/i },
  { compact: /^\d{10}$/, passes: check.denmark, near: /\bcpr\b|personnummer/i },
  { compact: /^\d{9}$/, passes: always, near: /\bssn\b|social security/i },
];

/** Letters and digits. */
const CODES: readonly Rule[] = [
  { compact: /^[XYZ\d]\d{7}[A-Z]$/, passes: check.spain },
  { compact: /^[A-Z]{6}[\dLMNP-V]{2}[A-EHLMPRST][\dLMNP-V]{2}[A-Z][\dLMNP-V]{3}[A-Z]$/, passes: check.italy },
  { compact: /^[12]\d{4}2[AB]\d{8}$/, passes: check.france },
  { compact: /^(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]\d{6}[A-D]$/, passes: always },
  { compact: /^[A-Z]{3}[ABCFGHJLPT][A-Z]\d{4}[A-Z]$/, passes: always },
  { compact: /^[STFG]\d{7}[A-Z]$/, passes: check.singapore },
  { compact: /^\d{17}[\dX]$/, passes: check.china },
  { compact: /^[A-Z][AEIOUX][A-Z]{2}\d{6}[HMX][A-Z]{5}[A-Z\d]\d$/, passes: always },
];

const NEAR_CHARS = 40;
const around = (text: string, start: number): string => text.slice(Math.max(0, start - NEAR_CHARS), start);

const byRules = (pattern: RegExp, rules: readonly Rule[]): Detector['find'] =>
  byPattern(pattern, (raw, text, start) => {
    const compact = raw.replace(/[ .-]/g, '').toUpperCase();
    if (/^(.)\1*$/.test(compact)) return 0;
    const passes = rules.some(
      (rule) =>
        rule.compact.test(compact) && rule.passes(compact) && (!rule.near || rule.near.test(around(text, start))),
    );
    return passes ? raw.length : 0;
  });

/** Of numbers that are written with separators: how many digits stand between which, and what the digits must pass. */
const WRITTEN: Readonly<Record<string, (digits: string) => boolean>> = {
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
};
function written(raw: string): number {
  const passes = WRITTEN[raw.replace(/[\dK]+/gi, (group) => String(group.length))];
  return passes?.(raw.replace(/[./+-]/g, '').toUpperCase()) ? raw.length : 0;
}

const SPACED: Readonly<Record<string, (digits: string) => boolean>> = {
  '4 4 4': check.india,
  '1 2 2 2 3 3 2': check.france,
  '2 3 3 3': check.germany,
};
function spaced(raw: string): number {
  const passes = SPACED[raw.replace(/\d+/g, (group) => String(group.length))];
  return passes?.(raw.replaceAll(' ', '')) ? raw.length : 0;
}

const asId = { kind: 'national_id' } as const;

/** Numbers that a state gave to a person, by their form and checksum; where that is weak, only beside words that say so. */
export const NATIONAL_IDS: readonly Detector[] = [
  {
    ...asId,
    name: 'Finland',
    needs: needs(6, 10),
    find: byPattern(/(?=\d{6})(?<![\w-])\d{6}[-+A-FU-Y]\d{3}[\dA-FHJ-NPR-Y](?!\w)/g, (id) =>
      check.finland(id) ? id.length : 0,
    ),
  },
  {
    ...asId,
    name: 'national number with separators',
    needs: needs(8, 9),
    find: byPattern(/(?=\d)(?<![\w./+-])\d{1,8}(?:[./+-]\d{1,7}){1,4}(?:-[Kk])?(?!\w|[./-]\d)/g, written),
  },
  {
    ...asId,
    name: 'national number with spaces',
    needs: needs(11, 2),
    find: byPattern(
      /(?=\d{1,4} \d)(?<!\d ?)(?:[2-9]\d{3} \d{4} \d{4}|[12] \d\d \d\d \d\d \d{3} \d{3} \d\d|[1-9]\d \d{3} \d{3} \d{3})(?! ?\d)/g,
      spaced,
    ),
  },
  {
    ...asId,
    name: 'national number',
    needs: needs(9, 3),
    find: byRules(
      /(?=\d)(?<![\w.,+-])(?:\d{9,15}|\d{3}[ -]\d{3}[ -]\d{3,4}|\d{4}[ .]\d\d[ .]\d{3})(?![\w-]|[.,]\d)/g,
      NUMBERS,
    ),
  },
  {
    ...asId,
    name: 'national code',
    needs: needs(2, 8, CAPITAL, 4),
    find: byRules(
      /(?=[A-Z\d])(?<![\w.-])(?:[A-Z\d]{8,18}|[A-Z]{2}(?: \d\d){3} [A-D]|[XYZ]?-?\d{7,8}-[A-Z])(?![\w-])/g,
      CODES,
    ),
  },
];
