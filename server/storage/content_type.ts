import { type ArtifactExt, CONTENT_TYPES } from '../artifacts/place.ts';

/** By the ending, which is of a closed list. */
export function contentType(path: string): string {
  const ext = path.slice(path.lastIndexOf('/') + 1).replace(/^[^.]*\./, '');
  return CONTENT_TYPES[ext as ArtifactExt] ?? 'application/octet-stream';
}
