/** Bounds on what crosses the wire. Client and server read the same numbers, so a client never sends what the server must refuse. */

/** Largest request body after inflating, in bytes. 4 MiB holds 500 calls with 8 KiB of input and output each. */
export const MAX_BODY_BYTES = 4 * 1024 * 1024;
/** Most items in one ingest request: one statement per table stays under about 50 ms. */
export const MAX_BATCH_ITEMS = 500;
/** Largest `input_json` or `output_json` as UTF-8 JSON, in bytes; larger results belong into an artifact. */
export const MAX_JSON_BYTES = 64 * 1024;
/** Deepest nesting of `input_json`, `output_json` and event data. */
export const MAX_JSON_DEPTH = 32;
/** Longest URL kept, in characters: the de-facto bound of browsers and proxies. */
export const MAX_URL_CHARS = 2048;
/** Longest `url_norm`: a btree entry must stay below 2,704 bytes. */
export const MAX_URL_NORM_CHARS = 1024;
/** Longest selector: leaves room for url and hashes in the same btree entry. */
export const MAX_SELECTOR_CHARS = 400;
/** Longest identifier that a client mints (session, instance, tab). */
export const MAX_ID_CHARS = 128;
/** Longest tool or event name. */
export const MAX_NAME_CHARS = 128;
/** Longest `error_msg`, in characters, after scrubbing. */
export const MAX_ERROR_CHARS = 1000;
/** Shadow roots that an element is said to stand in, at the most. */
export const MAX_SHADOW_DEPTH = 100;
/** Most selector candidates of one element. */
export const MAX_CANDIDATES = 12;
/** Most word hashes kept of one text. */
export const MAX_WORDS = 24;
/** Most element signatures in one tool call; the first is the element acted on. */
export const MAX_ELEMENT_SIGNATURES = 8;
/** Most artifacts in one tool call, and in one sign request 50. */
export const MAX_ARTIFACTS_PER_CALL = 16;
export const MAX_SIGN_ITEMS = 50;
/** Largest artifact in bytes: the default file limit of Supabase Storage. */
export const MAX_ARTIFACT_BYTES = 50 * 1024 * 1024;
/** Most `candidate_elements` in a lookup, and most hints of each kind in its answer. */
export const MAX_LOOKUP_ELEMENTS = 50;
/** Events dated before this are a broken clock, not history. */
export const MIN_EVENT_TIME_MS = Date.UTC(2015, 0, 1);
/** How far ahead of the server's clock an event may be dated: time zones set as UTC, and a day of drift. */
export const MAX_EVENT_AHEAD_MS = 48 * 3600 * 1000;
/** How long nothing may change for a DOM to count as quiet, in ms. */
export const DOM_QUIET_MS = 150;
