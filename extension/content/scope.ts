import type { Recordings } from './recording.ts';

/** Where the scripts of one document meet, out of the page's sight. */
export const scope = globalThis as {
  laskobotRecordings?: Recordings | undefined;
  /** When the content script that is there began, as `performance.now()` tells. */
  laskobotBegan?: number;
};
