/**
 * What any detector of the page set needs: an @, an assignment, four digits, a digit in a long word, colons as in addresses of
 * networks, or the beginning of a known kind of key.
 */
const DOUBT =
  /[@%=\\]|["']\s*:|(?:\d\D*){4}|:[\da-f]{0,4}:|(?:[\da-f]{2}[:-]){5}|\d\S*(?<=\S{20})|(?:earer|asic)\s|eyJ|A[KS]IA|AIza|SG\.|(?<![a-z\d])(?:[spr]k|sb_\w+|gh\w|github_pat|glpat|xox\w|npm|hf|dop_v1|shpat|whsec)[_-]/i;
/** As `compact` drops it. */
const DROPPED = /[\s\-–—_.,()/+'"’\\\u00ad\u200b-\u200f\u2060\ufeff]/g;
const GRAM = 4;
/** Beyond this everything is doubted. */
const MAX_GRAMS = 50_000;

const FOREIGN = /[^\s -~]/;

function folded(text: string): string {
  const lower = FOREIGN.test(text)
    ? Array.from(text.toLowerCase(), (char) => char.normalize('NFKC').toLowerCase()).join('')
    : text.toLowerCase();
  return lower.replace(DROPPED, '');
}

/**
 * Tells, without detectors and in a fraction of their size, which short values scrubbing may change: all that it changes are
 * doubted, and a few that it leaves alone. Of what was typed only runs of four characters are kept.
 */
export function createDoubt() {
  const typed = new Set<string>();
  let all = false;
  return {
    /** Called with what was typed in the page. */
    add(text: string): void {
      // An escape stands for characters that are not known here.
      all ||= /[%\\]/.test(text) || typed.size > MAX_GRAMS;
      const flat = folded(text.slice(0, 10_000));
      for (let at = 0; at + GRAM <= flat.length && !all; at += 1) typed.add(flat.slice(at, at + GRAM));
    },
    doubts(value: string): boolean {
      if (all || DOUBT.test(value)) return true;
      if (typed.size === 0) return false;
      if (FOREIGN.test(value)) return true;
      const flat = folded(value);
      for (let at = 0; at + GRAM <= flat.length; at += 1) if (typed.has(flat.slice(at, at + GRAM))) return true;
      return false;
    },
  };
}

export type Doubt = ReturnType<typeof createDoubt>;
