import { sha256 } from 'hash-wasm';
import type { ArtifactType } from '../../shared/protocol/schema.ts';
import type { CapturePolicy, ReadingPolicy } from '../messages.ts';
import { compress } from './compress.ts';
import type { ArtifactContent } from './database.ts';
import { inject } from './inject.ts';
import { artifactId, type OutboxDatabase } from './outbox_store.ts';
import type { Source } from './recorder.ts';
import { captureMasked, type Hidden } from './screenshot.ts';
import { tell } from './tell.ts';

/** Artifacts made of a page when it was reached, and what they must not show. */
export interface WantedArtifacts extends Pick<CapturePolicy, 'dom' | 'screenshots'> {
  readonly masking: ReadingPolicy;
}

export const wantedTypes = ({ dom, screenshots }: WantedArtifacts): ArtifactType[] => [
  ...(screenshots ? (['screenshot'] as const) : []),
  ...(dom ? (['dom'] as const) : []),
];

const hashed = async (ext: ArtifactContent['ext'], bytes: ArrayBuffer): Promise<ArtifactContent> => ({
  ext,
  bytes,
  content_hash: await sha256(new Uint8Array(bytes)),
});

const MAKE: Partial<Record<ArtifactType, (source: Source, hidden: Hidden) => Promise<ArtifactContent | undefined>>> = {
  async screenshot({ tabId, windowId }, hidden) {
    const picture = await captureMasked(tabId, windowId, hidden);
    return picture && hashed(picture.ext, picture.bytes);
  },
  async dom({ tabId }, hidden) {
    const html = await tell<string>(tabId, { type: 'serialise', ...(await hidden()) });
    if (!html) return undefined;
    const { bytes, suffix } = await compress(html);
    return hashed(`html.${suffix}`, bytes);
  },
};

/** Makes what a queued call waits for; what could not be made is told beside the call. */
export async function makeArtifacts(
  outbox: OutboxDatabase,
  source: Source,
  event_uuid: string,
  types: readonly ArtifactType[],
  hidden: Hidden,
): Promise<void> {
  await inject(source.tabId, 'artifacts.js');
  for (const type of types) {
    const id = artifactId(event_uuid, type);
    const made = await MAKE[type]?.(source, hidden).catch((error: unknown) => {
      console.warn(`LaskoBOT Runs: no ${type}.`, error);
      return undefined;
    });
    if (made) await outbox.artifactMade(id, made);
    else
      await outbox.artifactFailed(id, {
        code: 'not_made',
        reason: 'the tab was not in front, or page or browser refused',
      });
  }
}
