import { ADDRESSES } from './address.ts';
import { BIRTH_DATE } from './birth.ts';
import { EMAIL, PHONES } from './contact.ts';
import type { Detector } from './detector.ts';
import { LOCATIONS } from './location.ts';
import { MONEY } from './money.ts';
import { NATIONAL_IDS } from './national-ids.ts';
import { NETWORK } from './network.ts';
import { SSN } from './page.ts';
import { PERSON } from './person.ts';
import { OPAQUE, SECRETS } from './secrets.ts';

/** Every detector. Where two findings overlap, the earlier wins: a birth date or an id looks like a phone number too. */
export const ALL_DETECTORS: readonly Detector[] = [
  ...SECRETS,
  EMAIL,
  ...NATIONAL_IDS,
  ...MONEY,
  SSN,
  ...NETWORK,
  BIRTH_DATE,
  ...LOCATIONS,
  ...PHONES,
  ...ADDRESSES,
  PERSON,
  OPAQUE,
];
