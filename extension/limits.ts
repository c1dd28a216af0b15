/** Bounds on what content scripts tell the background, beside those of the wire. */

/** Texts typed and not acknowledged at once: a tool's call types at most half of them, each with what it makes together with others. */
export const MAX_TYPED_TEXTS = 2000;
/** Longest of them, in UTF-16 units; of what is longer the beginning is remembered. */
export const MAX_TYPED_CHARS = 10_000;
/** Captures that one message says were lost. */
export const MAX_LOST = 1e7;
