import type { Recordings } from './recording.ts';

/** Where the scripts of one document meet, out of the page's sight. */
export const scope = globalThis as { laskobotRecordings?: Recordings };
