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

/** Whether a run of characters looks drawn rather than written: letters and digits shuffled, few of them repeated. */
export function opaque(token: string): boolean {
  return token.split(/[-_./+=~]+/).some((part) => {
    if (/^(?=.*\d)(?=.*[a-f])[0-9a-f]{32,}$/i.test(part)) return true;
    if (part.length < 20 || !/\d/.test(part) || !/[a-z]/i.test(part)) return false;
    const turns = part.match(/\d(?=[a-z])|[a-z](?=\d)|[a-z](?=[A-Z])/gi)?.length ?? 0;
    return new Set(part).size >= 10 && turns >= 4;
  });
}
