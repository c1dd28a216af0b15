/** Luhn check of card numbers (ISO/IEC 7812-1, annex B); takes digits only. */
export function luhn(digits: string): boolean {
  let sum = 0;
  for (let at = 0; at < digits.length; at += 1) {
    const digit = Number(digits[digits.length - 1 - at]);
    const doubled = at % 2 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

/** Check of an IBAN by mod 97 (ISO 13616); takes it without spaces, in capitals. */
export function iban(text: string): boolean {
  let rest = 0;
  for (const char of text.slice(4) + text.slice(0, 4)) {
    const value = Number.parseInt(char, 36);
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
  }
  return rest === 1;
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
