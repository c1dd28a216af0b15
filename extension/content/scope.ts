import type { Recordings } from './recording.ts';

/** Where the scripts of one document meet, out of the page's sight. */
export const scope = globalThis as {
  laskobotRecordings?: Recordings | undefined;
  /** Whether the content script that is there still belongs to somebody: after a reload of the extension it does not. */
  laskobotLives?: () => boolean;
};
