import type { ElementIdentity, ElementSignature } from '../protocol/schema.ts';
import { testIdOf } from './attributes.ts';
import { keepingClean, type ReadContext, type SealContext, type SignatureContext } from './context.ts';
import { describeReading, observeElement } from './observe-element.ts';
import type { Reading } from './reading.ts';
import { sealElement, sealIdentity } from './seal-element.ts';

/** Signature of the control that an element belongs to: read and sealed in one go. */
export const signElement = (element: Element, ctx: SignatureContext): ElementSignature =>
  sealElement(observeElement(element, keepingClean(ctx)), ctx);

/** What an element is recognised by, without its place among its twins. */
export const identityOf = (reading: Reading, ctx: ReadContext & SealContext): ElementIdentity =>
  sealIdentity(describeReading(reading, ctx), { test_id: testIdOf(reading.element, ctx) }, ctx);
