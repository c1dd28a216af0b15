import { HYPHEN_NEXT, lengths, SPACE_NEXT } from '../shapes.ts';
import { numbersBy } from './by-number.ts';
import { EMAIL, PHONES } from './contact.ts';
import { type Detector, needs } from './detector.ts';
import { MONEY } from './money.ts';
import { NETWORK } from './network.ts';
import { OPAQUE, SECRETS } from './secrets.ts';

export const SSN: Detector = {
  kind: 'ssn',
  name: 'ssn',
  needs: needs(9),
  ...numbersBy(
    { lengths: lengths(3), around: HYPHEN_NEXT | SPACE_NEXT, digits: 9 },
    /(?<![\d-])(?!000|666|9)\d{3}([- ])(?!00)\d{2}\1(?!0000)\d{4}(?![\d-])/y,
  ),
};

/** What every page loads: small, and enough for whatever is found by its form alone. Where two findings overlap, the earlier wins. */
export const PAGE_DETECTORS: readonly Detector[] = [...SECRETS, EMAIL, ...MONEY, SSN, ...NETWORK, ...PHONES, OPAQUE];
