/** Punctuation that only some detectors look for. */
export const AT = 8;
export const ASSIGNS = 16;
export const COLON = 32;
export const JOINS = 64;
export const DOT = 128;
const DIGIT = 1;
const RUN = 2;
/** A capital letter. */
export const CAPITAL = 4;

/** Characters above are taken for letters without case. */
const TABLE_SIZE = 0x0530;
const CLASSES = Uint8Array.from({ length: TABLE_SIZE }, (_, code) => {
  const char = String.fromCharCode(code);
  return (
    (/\d/.test(char) ? DIGIT : 0) |
    (/[\w.~+/:-]/.test(char) ? RUN : 0) |
    (/\p{Lu}/u.test(char) ? CAPITAL : 0) |
    (/[@%]/.test(char) ? AT : 0) |
    (/[="{]/.test(char) ? ASSIGNS : 0) |
    (char === ':' ? COLON : 0) |
    (/[_-]/.test(char) ? JOINS : 0) |
    (char === '.' ? DOT : 0)
  );
});

/** Between the digits of one number. */
const SEPARATES = Uint8Array.from({ length: 128 }, (_, code) =>
  /[ ().,/+°'"-]/.test(String.fromCharCode(code)) ? 1 : 0,
);

/** What one pass over the characters of a text tells: which detectors can find anything in it. */
export interface Traits {
  readonly digits: number;
  /** Most digits of one number, over the separators that numbers are written with. */
  readonly cluster: number;
  /** Longest run of letters, digits and marks of keys. */
  readonly run: number;
  /** Bits of the classes that occur. */
  readonly marks: number;
}

export function traitsOf(text: string): Traits {
  let digits = 0;
  let run = 0;
  let longest = 0;
  let marks = 0;
  let cluster = 0;
  let most = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    const kind = code < TABLE_SIZE ? CLASSES[code]! : 0;
    marks |= kind;
    if (kind & DIGIT) {
      digits += 1;
      cluster += 1;
      if (cluster > most) most = cluster;
    } else if (cluster > 0 && !SEPARATES[code & 127]) cluster = 0;
    run = kind & RUN ? run + 1 : 0;
    if (run > longest) longest = run;
  }
  return { digits, cluster: most, run: longest, marks };
}

export const meets = (traits: Traits, needs: Traits): boolean =>
  traits.digits >= needs.digits &&
  traits.cluster >= needs.cluster &&
  traits.run >= needs.run &&
  (traits.marks & needs.marks) === needs.marks;

/** What a text must hold, at the least, for a detector to look at it. */
export const needs = (cluster: number, run = 0, marks = 0, digits = 0): Traits => ({ digits, cluster, run, marks });
