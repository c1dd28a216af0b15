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

/** Lower case without accents, as the lists have it; of a name with a hyphen its first part. */
export function folded(word: string): string {
  const lower = word.toLowerCase();
  if (/^[a-z]*$/.test(lower)) return lower;
  const hyphen = lower.indexOf('-');
  return (hyphen > 0 ? lower.slice(0, hyphen) : lower)
    .normalize('NFD')
    .replace(/[^a-z]/g, (char) => FOLDED[char] ?? '');
}
