import { VARYING } from '../signature/url.ts';

/** Words in a path behind which what opens something is handed over. */
const HANDED =
  /^(?:reset|verif(?:y|ication)|tokens?|magic|confirm(?:ation)?|invit(?:e|es|ation|ations)|activat(?:e|ion)|recover(?:y)?|unlock|unsubscribe|otp|one-?time|sso|sessions?)$/;
const WORD = /[-_.]/;
/** Versions and steps: `v12`, `step10`. */
const COUNTED = /^(?:v|step|page|part)\d+$/;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const TIME = /^\d{8}t\d{4,6}z?$/;
/** Of ASP.NET, which keeps sessions in paths: `(S(lit3py55t21z5v55vlm25s55))`. */
const SESSION = /^\((?:[a-z]\([^()]*\)){1,4}\)$/;
const FILE = /\.[a-z][a-z\d]{1,4}$/;
const LEAST_RANDOM = 10;
/** Longer runs of letters are words, but for those without a vowel. */
const MAX_DRAWN_LETTERS = 4;

const turnsOf = (text: string): number => text.match(/\d(?=[a-z])|[a-z](?=\d)/g)?.length ?? 0;

/** Words of a title, which may end in a hash: what it names is read, not kept secret. */
const titled = (part: string): boolean => part.split(WORD).some((word) => /^[a-z]{5,23}$/.test(word));

/** Whether a part of an address, in lower case, looks drawn rather than written: digits between letters that make no words. */
const drawn = (part: string): boolean =>
  part.length >= LEAST_RANDOM &&
  !(UUID.test(part) || TIME.test(part) || FILE.test(part) || titled(part)) &&
  part.split(WORD).some((piece) => {
    if (piece.length < LEAST_RANDOM || !/^[a-z\d]+$/.test(piece)) return false;
    const turns = turnsOf(piece);
    const longest = Math.max(0, ...(piece.match(/[a-z]+/g) ?? []).map(({ length }) => length));
    return (turns >= 3 && longest <= MAX_DRAWN_LETTERS) || (turns >= 2 && /[b-df-hj-np-tv-xz]{5}/.test(piece));
  });

/** Whether what stands where tokens are handed over is one, and no word, title, version or step. */
const token = (part: string): boolean =>
  !COUNTED.test(part) &&
  !titled(part) &&
  (/\d.*\d/.test(part) || (part.length >= 8 && /\d/.test(part)) || /^[a-z]{24,}$/.test(part));

/**
 * The segments of a path, decoded, with `:id` for each that opens something for whoever knows it: what stands behind a word like
 * `reset` and is no word itself, sessions, and whatever looks drawn. The same for a path in lower case.
 */
export function withoutTokens(segments: readonly string[]): readonly string[] {
  let handed = false;
  return segments.map((segment) => {
    const part = segment.toLowerCase();
    const secret = SESSION.test(part) || drawn(part) || (handed && token(part));
    handed ||= part.split(WORD).some((word) => HANDED.test(word));
    return secret ? VARYING : segment;
  });
}

/** Whether the name of a parameter without a value is one: `?482913`, `?aB3kd93jXq`. */
export function isTokenName(name: string): boolean {
  const part = name.toLowerCase();
  return drawn(part) || /^\d{4,}$/.test(part) || (part.length >= 8 && turnsOf(part) >= 2) || /^[a-z]{24,}$/.test(part);
}
