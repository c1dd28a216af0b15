/** Digits of a text, or the values 0 to 35 of its letters and digits, as numbers; only the first `length` count. */
export type Values = ArrayLike<number>;

/** Luhn check of card numbers (ISO/IEC 7812-1, annex B). */
export function luhn(digits: Values, length = digits.length): boolean {
  let sum = 0;
  for (let at = 0; at < length; at += 1) {
    const digit = digits[length - 1 - at]!;
    const doubled = at % 2 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

/** Check of an IBAN by mod 97 (ISO 13616), country and check digits first. */
export function iban(values: Values, length = values.length): boolean {
  let rest = 0;
  for (let at = 4; at < length + 4; at += 1) {
    const value = values[at < length ? at : at - length]!;
    rest = rest * (value > 9 ? 100 : 10) + value;
    if (rest > 9_999_999) rest %= 97;
  }
  return rest % 97 === 1;
}

/** Value of a letter or digit in base 36; -1 for any other character. */
export function base36(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  const letter = (code | 32) - 97;
  return letter >= 0 && letter < 26 ? letter + 10 : -1;
}

const SPLITS = new Uint8Array(128);
for (const char of '-_./+=~') SPLITS[char.charCodeAt(0)] = 1;
const HIGHEST_DIGIT = 9;
const HIGHEST_HEX = 15;
const MIN_DRAWN = 20;
const MIN_HEX = 32;
const MIN_KINDS = 10;
const MIN_TURNS = 4;
/** By character, the last look at which it occurred. */
const seen = new Uint32Array(128);
let look = 0;

function drawn(token: string, from: number, to: number): boolean {
  look += 1;
  let kinds = 0;
  let digits = 0;
  let letters = 0;
  let hex = 0;
  let turns = 0;
  let before = -1;
  for (let at = from; at < to; at += 1) {
    const code = token.charCodeAt(at);
    const value = base36(code);
    if (seen[code] !== look) kinds += 1;
    seen[code] = look;
    if (value > HIGHEST_DIGIT) letters += 1;
    else if (value >= 0) digits += 1;
    if (value >= 0 && value <= HIGHEST_HEX) hex += 1;
    if (value >= 0 && before >= 0 && (value > HIGHEST_DIGIT || before > HIGHEST_DIGIT)) turns += 1;
    before = value;
  }
  if (digits === 0 || letters === 0) return false;
  return (hex === to - from && hex >= MIN_HEX) || (kinds >= MIN_KINDS && turns >= MIN_TURNS);
}

/** Whether a token of ASCII characters looks drawn rather than written: letters and digits shuffled, few of them repeated. */
export function opaque(token: string): boolean {
  let from = 0;
  for (let at = 0; at <= token.length; at += 1) {
    if (at < token.length && SPLITS[token.charCodeAt(at)] !== 1) continue;
    if (at - from >= MIN_DRAWN && drawn(token, from, at)) return true;
    from = at + 1;
  }
  return false;
}
