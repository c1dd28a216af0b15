/** Where the bytes of artifacts are. Clients upload there themselves, with a token that this server signs. */
export interface ArtifactStorage {
  /** Base URL of the Storage API; undefined: this server's own `/storage/v1`. */
  readonly url: string | undefined;
  /** Makes the buckets that are missing. */
  prepare(): Promise<void>;
  /** Bytes stored there, or undefined. Throws `StorageUnavailable`. */
  sizeOf(bucket: string, path: string): Promise<number | undefined>;
  /** Token for one upload of at most `maxBytes` to that place. Throws `StorageUnavailable`. */
  signUpload(bucket: string, path: string, maxBytes: number): Promise<string>;
}

/** The storage does not answer; a later try may succeed. */
export class StorageUnavailable extends Error {
  override readonly name = 'StorageUnavailable';
}
