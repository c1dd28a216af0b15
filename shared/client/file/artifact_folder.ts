import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ArtifactType, SignRequest, ToolCall } from '../../protocol/schema.ts';
import { isAlive, nameOf, type Owner, ownerOf, thisOwner } from './owner.ts';

/** Bytes of artifacts that may wait for their upload, of one process. */
export const MAX_ARTIFACT_BYTES_WAITING = 50 * 1024 * 1024;
const ENDING = 'artifact';
const NEWLINE = 10;

/** A call as it is told again, to name what belongs to it. */
export type NamedCall = Pick<ToolCall, 'context' | 'tool_name' | 'seq' | 'event_uuid' | 'started_at'>;

export interface Artifact {
  readonly call: NamedCall;
  readonly type: ArtifactType;
  readonly ext: SignRequest['artifacts'][number]['ext'];
  /** SHA-256 of the bytes, in hex. */
  readonly content_hash: string;
  readonly size: number;
  /** ms since 1970 */
  readonly made_at: number;
}

export interface KeptArtifact {
  readonly name: string;
  readonly artifact: Artifact;
}

/**
 * Artifacts between their making and the storage: a file each, with a line that says what it is before the bytes. Those of processes that
 * ended are taken over.
 */
export async function openArtifactFolder(outbox: string, maxBytes = MAX_ARTIFACT_BYTES_WAITING) {
  const dir = join(outbox, 'artifacts');
  const self: Owner = await thisOwner();
  const kept = new Map<string, Artifact>();
  let bytesKept = 0;

  function hold(name: string, artifact: Artifact): KeptArtifact {
    kept.set(name, artifact);
    bytesKept += artifact.size;
    return { name, artifact };
  }

  async function readBoth(name: string): Promise<{ artifact: Artifact; bytes: Buffer<ArrayBuffer> }> {
    const file = await readFile(join(dir, name));
    const end = file.indexOf(NEWLINE);
    const artifact = JSON.parse(file.toString('utf8', 0, end)) as Artifact;
    const bytes = file.subarray(end + 1);
    if (bytes.length !== artifact.size) throw new Error(`${name} is cut short`);
    return { artifact, bytes };
  }

  return {
    waiting: (): readonly KeptArtifact[] => [...kept].map(([name, artifact]) => ({ name, artifact })),
    /** Undefined where it found no room, or the disk did not take it. */
    async keep(artifact: Artifact, bytes: Uint8Array): Promise<KeptArtifact | undefined> {
      if (bytesKept + artifact.size > maxBytes) return undefined;
      const name = nameOf(self, ENDING);
      const draft = join(dir, `${name}.draft`);
      try {
        await mkdir(dir, { recursive: true });
        await writeFile(draft, Buffer.concat([Buffer.from(`${JSON.stringify(artifact)}\n`), bytes]), { mode: 0o600 });
        await rename(draft, join(dir, name));
        return hold(name, artifact);
      } catch {
        await rm(draft, { force: true }).catch(() => undefined);
        return undefined;
      }
    },
    /** Rejects where the file has gone or is damaged. */
    bytes: async (name: string): Promise<Uint8Array<ArrayBuffer>> => (await readBoth(name)).bytes,
    async remove(name: string): Promise<void> {
      bytesKept -= kept.get(name)?.size ?? 0;
      kept.delete(name);
      await rm(join(dir, name), { force: true }).catch(() => undefined);
    },
    /** Many may try: the rename succeeds for one. Returns how many were taken over. */
    async adopt(): Promise<number> {
      let adopted = 0;
      for (const name of await readdir(dir).catch(() => [])) {
        const owner = ownerOf(name.replace(/\.draft$/, ''), ENDING);
        if (!owner || kept.has(name) || (await isAlive(owner))) continue;
        const mine = nameOf(self, ENDING);
        try {
          if (name.endsWith('.draft')) throw new Error('a kill cut it short');
          await rename(join(dir, name), join(dir, mine));
          hold(mine, (await readBoth(mine)).artifact);
          adopted += 1;
        } catch {
          for (const path of [name, mine]) await rm(join(dir, path), { force: true }).catch(() => undefined);
        }
      }
      return adopted;
    },
  };
}

export type ArtifactFolder = Awaited<ReturnType<typeof openArtifactFolder>>;
