import { documentOf } from '../dom/unclobbered.ts';
import type { ElementSignature } from '../protocol/schema.ts';
import { candidates } from './candidates.ts';
import { remembering, type SignatureContext } from './context.ts';
import { controlOf } from './control.ts';
import { hashExact, hashText } from './hash.ts';
import { identityOf, read } from './identity.ts';
import { recentRoots } from './roots.ts';
import { alike } from './twins.ts';

/**
 * Signature of the control that an element belongs to. `attr_fingerprint_hash` is the same for one control in every state of
 * its page; `text_hash` and `identity` follow its text.
 */
export function signElement(element: Element, context: SignatureContext): ElementSignature {
  const ctx = remembering(context);
  const control = controlOf(element);
  const reading = read(control, ctx);
  const roots = recentRoots(documentOf(control), control);
  const same = alike(reading, roots, ctx);
  const identity = identityOf(reading, ctx, same);
  const { tag, role, type, test_id, id, name_attr, href, name_hash } = identity;
  const found = candidates(control, ctx, reading, roots, same);
  const best = found.find(({ matches }) => matches === 1);
  return {
    selector_norm: best?.selector ?? tag,
    ...(role && { role }),
    ...(reading.text && { text_hash: hashText(ctx.key, ctx.scrub(reading.text)) }),
    attr_fingerprint_hash: hashExact(
      ctx.key,
      JSON.stringify([tag, role, type, test_id?.value, id, name_attr, href, name_hash]),
    ),
    identity,
    candidates: found,
  };
}
