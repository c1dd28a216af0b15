import { type ArtifactStorage, StorageUnavailable } from './storage.ts';

const refuse = () => Promise.reject(new StorageUnavailable('no storage is configured'));

/** Where nothing can keep artifacts: events are stored, signing answers 503. */
export const noStorage: ArtifactStorage = { url: undefined, prepare: refuse, sizeOf: refuse, signUpload: refuse };
