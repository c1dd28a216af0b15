/** What capture loads into every page. `resolve.ts`, `query.ts` and `unique-path.ts` are apart, for pages with hints only. */
export { OWN_ATTRIBUTE, type SignatureContext, TEST_ID_ATTRIBUTES } from './context.ts';
export { controlOf } from './control.ts';
export { signElement } from './element.ts';
export { parseHashKey } from './hash.ts';
export { signPage } from './page.ts';
