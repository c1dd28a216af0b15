/** A blob's description. */
export interface BlobInfo {
  readonly path: string;
  readonly size: number;
  readonly modified: Date;
}

export type PutResult = { readonly done: true } | { readonly done: false; readonly why: 'exists' | 'too_large' };

/** Named bytes in buckets. Paths have been checked by `isBlobPath`. */
export interface Blobs {
  /** Complete or not at all, however it ends. */
  put(
    bucket: string,
    path: string,
    body: ReadableStream<Uint8Array<ArrayBuffer>>,
    options: PutOptions,
  ): Promise<PutResult>;
  info(bucket: string, path: string): Promise<BlobInfo | undefined>;
  read(bucket: string, path: string): ReadableStream<Uint8Array<ArrayBuffer>>;
  /** What lies directly in a folder of a bucket; folders have no size. */
  list(
    bucket: string,
    folder: string,
  ): Promise<readonly { readonly name: string; readonly info: BlobInfo | undefined }[]>;
  /** Whether there was such a blob. */
  remove(bucket: string, path: string): Promise<boolean>;
}

export interface PutOptions {
  readonly maxBytes: number;
  readonly upsert: boolean;
}

/** Segments of letters, digits, dot, dash and underscore, none of them only dots: nothing that could leave a folder. */
export const isBlobPath = (path: string): boolean =>
  path.length <= 300 && path.split('/').every((segment) => /^(?!\.+$)[A-Za-z0-9._-]{1,128}$/.test(segment));
