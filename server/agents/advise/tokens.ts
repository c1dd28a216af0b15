/** Most tokens of what is added to an answer. */
export const DEFAULT_HINT_TOKENS = 400;
/**
 * Bytes of UTF-8 that are taken for one token. Tokenisers in use take 3 to 4 for code and prose in Latin letters; selectors, with their
 * brackets and quotes, are the dearest, and this is below what was seen of them.
 */
const BYTES_A_TOKEN = 2.5;

const encoder = new TextEncoder();

/** Tokens that a text costs an agent, rather too many than too few. */
export const tokensOf = (text: string): number => Math.ceil(encoder.encode(text).length / BYTES_A_TOKEN);
