import type { ElementIdentity } from '../protocol/schema.ts';
import { type HashKey, hashExact } from './hash.ts';

/** `attr_fingerprint_hash` of a control: the same in every state of its page, whatever stands in and around it. */
export const fingerprintOf = (
  { tag, role, type, test_id, id, name_attr, href, name_hash }: ElementIdentity,
  key: HashKey,
): string => hashExact(key, JSON.stringify([tag, role, type, test_id?.value, id, name_attr, href, name_hash]));
