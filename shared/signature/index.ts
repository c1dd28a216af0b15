/** Signing in one go. Capture only observes in the page; `resolve.ts`, `query.ts` and `unique-path.ts` are for pages with hints. */
export {
  OWN_ATTRIBUTE,
  type ReadContext,
  type SealContext,
  type SignatureContext,
  TEST_ID_ATTRIBUTES,
} from './context.ts';
export { controlOf } from './control.ts';
export { signElement } from './element.ts';
export { parseHashKey } from './hash.ts';
export { observeElement } from './observe-element.ts';
export { observePage } from './observe-page.ts';
export type { ObservedElement, ObservedPage } from './observed.ts';
export { signPage } from './page.ts';
export { sealElement } from './seal-element.ts';
export { sealPage } from './seal-page.ts';
