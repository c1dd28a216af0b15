import { recordings } from './recording.ts';
import { scope } from './scope.ts';

// Injected where the background says that a document is recorded; the first injection stays.
scope.laskobotRecordings ??= recordings;
