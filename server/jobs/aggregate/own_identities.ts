import type { ElementIdentity } from '../../../shared/protocol/schema.ts';
import { fingerprintOf } from '../../../shared/signature/fingerprint.ts';
import { parseHashKey } from '../../../shared/signature/hash.ts';

interface Member {
  readonly attr_fingerprint_hash: string;
  readonly identity: ElementIdentity | null;
}

/**
 * The members of one control with the identities that are its own. A client tells the fingerprint beside the identity, so it can
 * tell another control's: where an identity gives the fingerprint that it stands under, those of the same fingerprint that do not
 * are left out. Where none does, as of a client that makes fingerprints in another way, none can be told from the others.
 */
export function withOwnIdentities<M extends Member>(members: readonly M[], textKey: string): M[] {
  const key = parseHashKey(textKey);
  const isOwn = ({ identity, attr_fingerprint_hash }: M): boolean =>
    identity !== null && fingerprintOf(identity, key) === attr_fingerprint_hash;
  const own = new Set(members.filter(isOwn));
  const proved = new Set([...own].map((member) => member.attr_fingerprint_hash));
  return members.map((member) =>
    own.has(member) || !proved.has(member.attr_fingerprint_hash) ? member : { ...member, identity: null },
  );
}

/** Whether an identity is proved to be of none of the forms of a control. */
export function isForged(identity: ElementIdentity, members: readonly Member[], textKey: string): boolean {
  const key = parseHashKey(textKey);
  const fingerprint = fingerprintOf(identity, key);
  if (members.some((member) => member.attr_fingerprint_hash === fingerprint)) return false;
  return members.some(
    (member) => member.identity !== null && fingerprintOf(member.identity, key) === member.attr_fingerprint_hash,
  );
}
