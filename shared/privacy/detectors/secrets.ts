import { opaque } from '../checks.ts';
import {
  ASSIGNS,
  AT,
  BEARER,
  COLON,
  DOT,
  EQUALS,
  JOINS,
  OPENS_CLOUD_KEY,
  OPENS_JWT,
  OPENS_KEY,
  SAYS_CODE,
  SAYS_YOURS,
  TOKEN_12,
  TOKEN_17,
  TOKEN_20,
} from '../marks.ts';
import { lengths } from '../shapes.ts';
import { asciiSet, type Codes, isDigit } from '../words.ts';
import { numbersBy } from './by-number.ts';
import { all, byPattern } from './by-pattern.ts';
import { type Detector, needs } from './detector.ts';

const SPACE = 32;
const SLASH = 47;
const J = 74;
const E = 101;
const I = 105;
const Y = 121;
/** Bits that small letters have, and `e` but not `a`. */
const SMALL = 32;
const A_TO_E = 4;
const CLOUD_KEY_GOES_ON = asciiSet(/[KSIG]/);

function beforeIs(codes: Codes, number: number): boolean {
  let end = number;
  while (isDigit(codes, end)) end += 1;
  return codes[end] === SPACE && codes[end + 1] === I;
}

const OURS = '(?:your|my|ihre?|deine?|votre|ton|tu|su|il tuo|uw|din|dit)';
const CODE = '(?:code|c[oó]digo|codice|kode)';
const PIN = '(?:pin|passcode|tan|otp)';
const IS = `(?: (?:is|ist|lautet|est|es|è|er)(?: now)?:?| ?[:=]) ?["'“»*(]{0,2}`;
/** Something else is called a code too, by the word before it: of an error, a post office, a product. */
const ALONE = String.raw`(?:^|[^\p{L}\p{N}\s-]\s?|\n|\b(?:the|this|new|der|le|el|il) )`;
const SIX = String.raw`(?:\d{6}|\d{3}[ -]\d{3})`;
const ENDS = String.raw`(?![\d%]|[.,-]\d| (?:char|line|byte|word|zei))`;
const SAID = new RegExp(
  `(?<=(?:\\b${OURS} (?:new )?${CODE}|(?<![\\p{L}\\p{N}-])${PIN}(?: ${CODE})?)${IS})(?:\\d{4,8}|${SIX})${ENDS}|(?<=${ALONE}${CODE}${IS})${SIX}${ENDS}`,
  'iuy',
);

/** Whether what a pattern looks for may begin here: by its next characters, most does not. */
const isJwt = (codes: Codes, at: number): boolean => codes[at + 1] === Y && codes[at + 2] === J;
const isBearer = (codes: Codes, at: number): boolean => (codes[at + 1]! | A_TO_E | SMALL) === E;
const isCloudKey = (codes: Codes, at: number): boolean => CLOUD_KEY_GOES_ON[codes[at + 1]!] === 1;
const isAuthority = (codes: Codes, at: number): boolean => codes[at + 1] === SLASH && codes[at + 2] === SLASH;

/** What gives access: keys, tokens, passwords in addresses, one-time codes. */
export const SECRETS: readonly Detector[] = [
  {
    kind: 'jwt',
    name: 'jwt',
    needs: needs(0, TOKEN_17 | DOT | OPENS_JWT),
    find: byPattern(/e/, /eyJ(?<![\w-]eyJ)[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?/y, undefined, isJwt),
  },
  {
    kind: 'key',
    name: 'key',
    needs: needs(0, TOKEN_12 | JOINS | OPENS_KEY),
    find: byPattern(
      /[_-]/,
      /[_-](?<=(?<![A-Za-z0-9])(?<before>sk|pk|rk|sb_secret|sb_publishable|gh[pousr]|github_pat|glpat|xox[abeoprs]|npm|hf|dop_v1|shpat|whsec)[_-])[\w-]{10,}/y,
    ),
  },
  {
    kind: 'key',
    name: 'cloud key',
    needs: needs(0, TOKEN_17 | OPENS_CLOUD_KEY),
    find: byPattern(
      /[AS]/,
      /(?<![A-Za-z0-9])(?:A[KS]IA[A-Z0-9]{16}|AIza[\w-]{30,}|SG\.[\w-]{16,}\.[\w-]{16,})/y,
      undefined,
      isCloudKey,
    ),
  },
  {
    kind: 'token',
    name: 'authorization',
    needs: needs(0, BEARER),
    find: byPattern(/[Bb]/, /[Bb](?<!\w[Bb])(?:earer|asic|EARER|ASIC)\s{1,4}[\w.~+/-]{12,}=*/y, undefined, isBearer),
  },
  {
    kind: 'password',
    name: 'URL login',
    needs: needs(0, AT | COLON),
    find: byPattern(/:/, /:\/\/(?<it>[^\s/@:[\]]{1,64}:[^\s/@[\]]{1,128})@/y, undefined, isAuthority),
  },
  {
    kind: 'token',
    name: 'parameter',
    needs: needs(0, EQUALS),
    find: byPattern(
      /=/,
      /=(?<=[?&;#][\w.-]{0,24}(?:token|sess|sid|auth|key|secret|code|sig|pass|pwd|otp|nonce|ticket|jwt|saml|csrf|xsrf)[\w.-]{0,12}=)(?<it>[^\s&#;"'<>[\]]{4,})/iy,
    ),
  },
  {
    kind: 'token',
    name: 'assignment',
    needs: needs(0, ASSIGNS),
    find: byPattern(
      /["'=]/,
      /(?:["']\s{0,3}:\s{0,3}["']|=\s{0,3}["']?)(?<=(?<![a-z])(?:password|passwd|passphrase|pwd|secret|(?:api|access|private|secret|auth)[_-]?(?:key|token|secret)|(?:auth|csrf|xsrf|refresh|id)?[_-]?token|(?:php|j)?sess(?:ion)?[_-]?id)(?:["']\s{0,3}:\s{0,3}["']|\s{0,3}=\s{0,3}["']?))(?<it>[^\s"'&;,<>[\]]{4,})/iy,
    ),
  },
  {
    kind: 'code',
    name: 'code after',
    needs: needs(4, SAYS_CODE),
    ...numbersBy(
      { lengths: lengths(4, 8) },
      /(?<=\b(?:one[- ]time|verification|security|log-?in|access|sign[- ]?in|confirmation|authentication|authorization|sms|2fa|otp|(?:best[äa]e?tigungs|verifizierungs|sicherheits|einmal|anmelde|freigabe|zugangs)-?code)(?: (?:code|password|passcode|pin))?\b[^\d\n[\]]{0,24})\d{4,8}(?!\d)/iy,
    ),
  },
  {
    kind: 'code',
    name: 'code said',
    needs: needs(4, SAYS_CODE),
    ...numbersBy({ lengths: lengths(3, 8) }, SAID),
  },
  {
    kind: 'code',
    name: 'code to enter',
    needs: needs(4, SAYS_CODE),
    ...numbersBy(
      { lengths: lengths(3, 8) },
      /(?<=\b(?:enter|use|type)(?: the)?(?: code| pin)? )(?:\d{4,8}|\d{3}[ -]\d{3})(?= (?:to|when you|as you) (?:sign|log|verify|confirm|authenticate|activate|unlock|reset|access)\b)/iy,
    ),
  },
  {
    kind: 'code',
    name: 'code before',
    needs: needs(4, SAYS_YOURS),
    ...numbersBy({ lengths: lengths(4, 8), may: beforeIs }, /(?<![\d.,])\d{4,8}(?= is your\b)/y),
  },
];

const OPAQUE_CHARS = asciiSet(/[\w~+/-]/);
const SHORTEST_OPAQUE = 20;
/** Whether a run of such characters begins here that is long enough. */
function beginsLong(codes: Codes, start: number): boolean {
  if (start > 0 && OPAQUE_CHARS[codes[start - 1]!] === 1) return false;
  let at = start;
  while (at - start < SHORTEST_OPAQUE && OPAQUE_CHARS[codes[at]!] === 1) at += 1;
  return at - start === SHORTEST_OPAQUE;
}

/** Last in any set: what is left and looks drawn rather than written. */
export const OPAQUE: Detector = {
  kind: 'token',
  name: 'opaque',
  needs: needs(1, TOKEN_20),
  find: byPattern(/[\w~+/-]/, /(?<![\w~+/-])[\w~+/-]{20,}={0,2}/y, all(opaque), beginsLong),
};
