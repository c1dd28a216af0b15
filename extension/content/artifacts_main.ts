import { startArtifacts } from './start_artifacts.ts';

// Injected when an artifact is to be made; the first injection into a document stays.
startArtifacts();
