/** What stands for a text that could not be scrubbed. */
export const SCRUBBED = '[scrubbed]';
