import type { Counters, ReadWrite, StoredArtifact } from './database.ts';

export const sizeOfArtifact = ({ content }: StoredArtifact): number => content?.bytes.byteLength ?? 0;

/** Its call is gone: nothing is left that could name it. */
export async function removeArtifactsOf(tx: ReadWrite, counters: Counters, event_uuid: string): Promise<Counters> {
  let { artifact_bytes } = counters;
  let cursor = await tx.objectStore('artifacts').index('by_event').openCursor(event_uuid);
  while (cursor) {
    artifact_bytes -= sizeOfArtifact(cursor.value);
    await cursor.delete();
    cursor = await cursor.continue();
  }
  return { ...counters, artifact_bytes };
}
