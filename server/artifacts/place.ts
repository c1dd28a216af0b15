import type { ArtifactType, SignRequest } from '../../shared/protocol/schema.ts';

export type ArtifactExt = SignRequest['artifacts'][number]['ext'];

/** The private buckets. */
export const BUCKETS = ['screenshots', 'dom', 'scaffolds', 'logs'] as const;
export type Bucket = (typeof BUCKETS)[number];

const BUCKET_OF: Record<ArtifactType, Bucket> = {
  screenshot: 'screenshots',
  dom: 'dom',
  scaffold: 'scaffolds',
  har: 'logs',
  logs: 'logs',
};

export const bucketOf = (type: ArtifactType): Bucket => BUCKET_OF[type];

/** What is compressed says so in its type: Storage sends no content-encoding of ours. */
export const CONTENT_TYPES: Record<ArtifactExt, string> = {
  webp: 'image/webp',
  png: 'image/png',
  html: 'text/html',
  'html.gz': 'application/gzip',
  'html.br': 'application/x-brotli',
  json: 'application/json',
  'json.gz': 'application/gzip',
  txt: 'text/plain',
  'txt.gz': 'application/gzip',
  'jsonl.gz': 'application/gzip',
};

export interface Place {
  readonly bucket: Bucket;
  /** `{project}/{type}/{sha256}.{ext}` */
  readonly path: string;
  /** `{bucket}/{path}` */
  readonly storagePath: string;
}

/** Where the bytes of an artifact lie. */
export function placeOf(projectId: string, type: ArtifactType, contentHash: string, ext: ArtifactExt): Place {
  const bucket = bucketOf(type);
  const path = `${projectId}/${type}/${contentHash}.${ext}`;
  return { bucket, path, storagePath: `${bucket}/${path}` };
}

/** Where in its bucket lie the bytes that are not what their name says. */
export const quarantineOf = (projectId: string): string => `${projectId}/quarantine`;

/** Where in its bucket an artifact goes whose bytes are not what its name says. */
export const quarantined = (projectId: string, path: string): string =>
  `${quarantineOf(projectId)}/${path.slice(path.lastIndexOf('/') + 1)}`;

/** Whether a client named the one place, of its own project, where an artifact of that type and hash may lie. */
export function isPlaceOf(storagePath: string, projectId: string, type: ArtifactType, contentHash: string): boolean {
  const ext = storagePath.slice(storagePath.indexOf(`${contentHash}.`) + contentHash.length + 1);
  return (
    Object.hasOwn(CONTENT_TYPES, ext) &&
    placeOf(projectId, type, contentHash, ext as ArtifactExt).storagePath === storagePath
  );
}
