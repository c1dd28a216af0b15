import { recordings } from './recording.ts';
import { scope } from './scope.ts';
import { startLoader } from './start.ts';

/** Records this document, from the moment that the background says so. Call it once in a content script. */
export function startContent(): void {
  scope.laskobotRecordings ??= recordings;
  startLoader(() => recordings);
}
