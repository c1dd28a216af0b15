import { luhn } from './checks.ts';

const ZERO = 48;
function digitsOf(text: string): number[] {
  const digits: number[] = [];
  for (let at = 0; at < text.length; at += 1) digits.push(text.charCodeAt(at) - ZERO);
  return digits;
}
function weighted(digits: readonly number[], weights: readonly number[]): number {
  let sum = 0;
  for (let at = 0; at < weights.length; at += 1) sum += weights[at]! * digits[at]!;
  return sum;
}

const DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
/** Whether year (of two digits), month and day are a date of some century. */
const date = (yy: number, mm: number, dd: number): boolean =>
  yy >= 0 && yy <= 99 && mm >= 1 && mm <= 12 && dd >= 1 && dd <= DAYS[mm - 1]!;
const pair = (text: string, at: number): number => (text.charCodeAt(at) - ZERO) * 10 + text.charCodeAt(at + 1) - ZERO;

const SPANISH = 'TRWAGMYFPDXBNJZSQVHLCKE';
/** DNI and NIE. */
export const spain = (id: string): boolean => {
  const number = id.slice(0, -1).replace(/^[XYZ]/, (letter) => String('XYZ'.indexOf(letter)));
  return SPANISH[Number(number) % 23] === id.at(-1);
};

const ODD = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];
/** Codice fiscale. */
export const italy = (code: string): boolean => {
  let sum = 0;
  for (let at = 0; at < 15; at += 1) {
    const value = Number.parseInt(code[at]!, 36);
    const place = value > 9 ? value - 10 : value;
    sum += at % 2 ? place : ODD[place]!;
  }
  return String.fromCharCode(65 + (sum % 26)) === code[15];
};

/** NIR; Corsica's 2A and 2B count as 19 and 18. */
export const france = (nir: string): boolean =>
  Number(97n - (BigInt(nir.slice(0, 13).replace('2A', '19').replace('2B', '18')) % 97n)) === Number(nir.slice(13));

/** Steuer-Identifikationsnummer: ISO 7064 mod 11,10, and one digit stands two or three times. */
export const germany = (id: string): boolean => {
  const digits = digitsOf(id);
  const most = Math.max(
    ...digits.slice(0, 10).map((one) => digits.slice(0, 10).filter((other) => other === one).length),
  );
  let product = 10;
  for (const digit of digits.slice(0, 10)) product = (((digit + product) % 10 || 10) * 2) % 11;
  return digits[0] !== 0 && (most === 2 || most === 3) && (11 - product) % 10 === digits[10];
};

export const netherlands = (bsn: string): boolean =>
  Number(bsn) > 0 && weighted(digitsOf(bsn), [9, 8, 7, 6, 5, 4, 3, 2, -1]) % 11 === 0;

export const nhs = (number: string): boolean => {
  const digits = digitsOf(number);
  const check = 11 - (weighted(digits, [10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11);
  return check !== 10 && check % 11 === digits[9];
};

const mod11 = (digits: readonly number[], weights: readonly number[]): number => {
  const rest = weighted(digits, weights) % 11;
  return rest < 2 ? 0 : 11 - rest;
};
export const cpf = (id: string): boolean => {
  const digits = digitsOf(id);
  return (
    new Set(digits).size > 1 &&
    mod11(digits, [10, 9, 8, 7, 6, 5, 4, 3, 2]) === digits[9] &&
    mod11(digits, [11, 10, 9, 8, 7, 6, 5, 4, 3, 2]) === digits[10]
  );
};
export const cnpj = (id: string): boolean => {
  const digits = digitsOf(id);
  const weights = [6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2];
  return mod11(digits, weights.slice(1)) === digits[12] && mod11(digits, weights) === digits[13];
};

const TIMES = [
  '0123456789',
  '1234067895',
  '2340178956',
  '3401289567',
  '4012395678',
  '5987604321',
  '6598710432',
  '7659821043',
  '8765932104',
  '9876543210',
];
const PERMUTED = [
  '0123456789',
  '1576283094',
  '5803796142',
  '8916043527',
  '9453126870',
  '4286573901',
  '2793806415',
  '7046913258',
];
/** Verhoeff's check of Aadhaar numbers. */
export const india = (id: string): boolean => {
  let check = 0;
  for (let at = 0; at < id.length; at += 1)
    check = Number(TIMES[check]![Number(PERMUTED[at % 8]![Number(id[id.length - 1 - at])])]);
  return /^[2-9]/.test(id) && check === 0;
};

export const poland = (pesel: string): boolean => {
  const digits = digitsOf(pesel);
  return (
    date(pair(pesel, 0), pair(pesel, 2) % 20, pair(pesel, 4)) &&
    (10 - (weighted(digits, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3]) % 10)) % 10 === digits[10]
  );
};

/** Personnummer and coordination numbers, whose day is 60 higher; ten digits. */
export const sweden = (id: string): boolean => date(pair(id, 0), pair(id, 2), pair(id, 4) % 60) && luhn(digitsOf(id));

export const norway = (id: string): boolean => {
  const digits = digitsOf(id);
  const check = (weights: readonly number[]): number => (11 - (weighted(digits, weights) % 11)) % 11;
  return (
    date(pair(id, 4), pair(id, 2) % 40, pair(id, 0) % 40) &&
    check([3, 7, 6, 1, 8, 9, 4, 5, 2]) === digits[9] &&
    check([5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) === digits[10]
  );
};

/** CPR: a date and four digits; numbers since 2007 have no check digit. */
export const denmark = (id: string): boolean => date(pair(id, 4), pair(id, 2), pair(id, 0));

/** Henkilötunnus, with its separator. */
export const finland = (id: string): boolean =>
  date(pair(id, 4), pair(id, 2), pair(id, 0)) &&
  '0123456789ABCDEFHJKLMNPRSTUVWXY'[Number(id.slice(0, 6) + id.slice(7, 10)) % 31] === id[10];

export const belgium = (id: string): boolean => {
  const check = Number(id.slice(9));
  const born = Number(id.slice(0, 9));
  return (
    date(pair(id, 0), pair(id, 2) % 20 || 1, pair(id, 4) || 1) &&
    (97 - (born % 97) === check || 97 - ((born + 2_000_000_000) % 97) === check)
  );
};

/** EAN-13 check of Swiss AHV numbers. */
export const switzerland = (id: string): boolean => {
  const digits = digitsOf(id);
  const sum = digits.slice(0, 12).reduce((all, digit, at) => all + digit * (at % 2 ? 3 : 1), 0);
  return (10 - (sum % 10)) % 10 === digits[12];
};

/** Rodné číslo of Czechia and Slovakia since 1954; women have 50 on the month. */
export const czechia = (id: string): boolean =>
  date(pair(id, 0), (pair(id, 2) % 50) % 20, pair(id, 4)) && Number(id) % 11 === 0;

export const romania = (cnp: string): boolean => {
  const digits = digitsOf(cnp);
  const rest = weighted(digits, [2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9]) % 11;
  return digits[0] !== 0 && date(pair(cnp, 1), pair(cnp, 3), pair(cnp, 5)) && (rest === 10 ? 1 : rest) === digits[12];
};

export const turkey = (id: string): boolean => {
  const d = digitsOf(id);
  const odd = d[0]! + d[2]! + d[4]! + d[6]! + d[8]!;
  const even = d[1]! + d[3]! + d[5]! + d[7]!;
  return (
    d[0] !== 0 &&
    (((odd * 7 - even) % 10) + 10) % 10 === d[9] &&
    d.slice(0, 10).reduce((sum, digit) => sum + digit, 0) % 10 === d[10]
  );
};

export const china = (id: string): boolean =>
  date(pair(id, 8), pair(id, 10), pair(id, 12)) &&
  /^(?:19|20)/.test(id.slice(6)) &&
  '10X98765432'[weighted(digitsOf(id.slice(0, 17)), [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]) % 11] ===
    id[17];

export const korea = (id: string): boolean => {
  const digits = digitsOf(id);
  return (
    date(pair(id, 0), pair(id, 2), pair(id, 4)) &&
    (11 - (weighted(digits, [2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5]) % 11)) % 10 === digits[12]
  );
};

export const southAfrica = (id: string): boolean => date(pair(id, 0), pair(id, 2), pair(id, 4)) && luhn(digitsOf(id));

/** RUT, its check digit last, as a digit or K. */
export const chile = (rut: string): boolean => {
  const digits = digitsOf(rut.slice(0, -1)).reverse();
  const sum = digits.reduce((all, digit, at) => all + digit * (2 + (at % 6)), 0);
  return '0K987654321'[sum % 11] === rut.at(-1);
};

export const singapore = (id: string): boolean => {
  const sum = weighted(digitsOf(id.slice(1, 8)), [2, 7, 6, 5, 4, 3, 2]) + (/[TG]/.test(id) ? 4 : 0);
  return (/^[ST]/.test(id) ? 'JZIHGFEDCBA' : 'XWUTRQPNMLK')[sum % 11] === id[8];
};

export const portugal = (nif: string): boolean => {
  const digits = digitsOf(nif);
  return mod11(digits, [9, 8, 7, 6, 5, 4, 3, 2]) === digits[8];
};

export const australia = (tfn: string): boolean => weighted(digitsOf(tfn), [1, 4, 3, 7, 5, 8, 6, 9, 10]) % 11 === 0;

export const canada = (sin: string): boolean => !/^[08]/.test(sin) && luhn(digitsOf(sin));
