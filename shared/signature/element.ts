import type { ElementIdentity, ElementSignature } from '../protocol/schema.ts';
import { testIdOf } from './attributes.ts';
import { keepingClean, type ReadContext, type SealContext, type SignatureContext } from './context.ts';
import { describeReading, observeElement } from './observe-element.ts';
import type { Reading } from './reading.ts';
import { sealElement, sealIdentity } from './seal-element.ts';

/** Signature of the control that an element belongs to: read and sealed in one go. */
export const signElement = (element: Element, ctx: SignatureContext): ElementSignature =>
  sealElement(observeElement(element, keepingClean(ctx)), ctx);

/** What the model compares of an element: without its place among its twins, its labels, and its text where it has a name. */
export function identityOf(reading: Reading, ctx: ReadContext & SealContext): ElementIdentity {
  const described = describeReading(reading, ctx);
  const compared = { ...described, text: described.name ? '' : described.text, label: '' };
  return sealIdentity(compared, { test_id: testIdOf(reading.element, ctx) }, ctx);
}
