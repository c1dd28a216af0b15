import { recordings } from './recording.ts';
import { startLoader } from './start.ts';

/** Records this document, from the moment that the background says so. Call it once in a content script. */
export const startContent = (): void => startLoader(() => recordings);
