/** Longest recipe. */
export const MAX_STEPS = 12;
/** Runs that must have made a sequence before it is told at all. */
export const MIN_RUNS = 2;
/** Newest runs that a sequence knows by name, and most that are cut in one transaction. */
export const KNOWN_RUNS = 20;
/** Recipes that are told of one page. */
export const MAX_PAGE_RECIPES = 20;
/** Largest data of a hint, as UTF-8 JSON; the whole of a larger one is in Storage. */
export const MAX_DATA_BYTES = 8 * 1024;
