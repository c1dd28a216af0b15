/** All that tests use in a page, bundled to one script. */
export * from '../privacy/index.ts';
export { candidates } from '../signature/candidates.ts';
export * from '../signature/index.ts';
export { query } from '../signature/query.ts';
export { resolve } from '../signature/resolve.ts';
export { uniquePath } from '../signature/unique-path.ts';
