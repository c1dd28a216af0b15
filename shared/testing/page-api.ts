/** All that tests use in a page, bundled to one script. */

export { computeAccessibleName } from 'dom-accessibility-api';
export * from '../privacy/index.ts';
export { candidates } from '../signature/candidates.ts';
export * from '../signature/index.ts';
export { plainName } from '../signature/plain-name.ts';
export { prepareSigning } from '../signature/prepare.ts';
export { query } from '../signature/query.ts';
export { resolve } from '../signature/resolve.ts';
export { uniquePath } from '../signature/unique-path.ts';
