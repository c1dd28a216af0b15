const FOLDED: Readonly<Record<string, string>> = {
  ł: 'l',
  ø: 'o',
  æ: 'ae',
  ß: 'ss',
  đ: 'd',
  ð: 'd',
  ı: 'i',
  œ: 'oe',
  þ: 'th',
};

function foldedSlowly(word: string): string {
  const lower = word.toLowerCase();
  const hyphen = lower.indexOf('-');
  return (hyphen > 0 ? lower.slice(0, hyphen) : lower)
    .normalize('NFD')
    .replace(/[^a-z]/g, (char) => FOLDED[char] ?? '');
}

/** Characters up to here fold one by one. */
export const TABLE_SIZE = 0x530;
const TABLE = Array.from({ length: TABLE_SIZE }, (_, code) => foldedSlowly(String.fromCharCode(code)));
const HYPHEN = 45;
const APOSTROPHE = 0x2019;

/** Lower case without accents, as the lists have it; of a name with a hyphen its first part. */
export function folded(word: string): string {
  const hyphened = word.charCodeAt(0) === HYPHEN;
  let letters = '';
  for (let at = 0; at < word.length; at += 1) {
    const code = word.charCodeAt(at);
    if (code === APOSTROPHE) continue;
    if (code >= TABLE_SIZE) return foldedSlowly(word);
    if (code === HYPHEN && !hyphened) break;
    letters += TABLE[code]!;
  }
  return letters;
}
