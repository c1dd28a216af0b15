import { type ArtifactStorage, StorageUnavailable } from './storage.ts';
import type { StoredBlobs } from './stored_blobs.ts';

const refuse = () => Promise.reject(new StorageUnavailable('no storage is configured'));

/** Where nothing can keep artifacts: events are stored, signing answers 503. */
export const noStorage: ArtifactStorage = { url: undefined, prepare: refuse, sizeOf: refuse, signUpload: refuse };

/** Likewise for jobs; those that need it for something fail. */
export const noStoredBlobs: StoredBlobs = { read: refuse, write: refuse, remove: refuse, list: refuse };
