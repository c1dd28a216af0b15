import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Artifact } from '../../../../shared/client/file/artifact_folder.ts';
import type { FileClient } from '../../../../shared/client/file/file_client.ts';
import { MAX_ARTIFACTS_PER_CALL, MAX_NAME_CHARS } from '../../../../shared/protocol/limits.ts';
import type { FinishedCall, Watcher } from '../call.ts';
import type { Complaints } from '../complaints.ts';
import { isObject, objectOf, textOf } from '../message.ts';
import { scrubInTurns } from './scrub_in_turns.ts';
import { createScrubText } from './scrub_text.ts';
import { beginningOf, MAX_TEXT_CHARS, storableText } from './storable.ts';

/** `texts`: what is too long for a call, scrubbed. `all`: pictures too, which nobody can scrub. */
export const ARTIFACT_CHOICES = ['none', 'texts', 'all'] as const;
export type ArtifactChoice = (typeof ARTIFACT_CHOICES)[number];

/** Longest text kept, in characters; the rest is only counted. */
const MAX_ARTIFACT_CHARS = 128 * 1024;
/** Characters of results that wait to be made into artifacts; calls beyond that go without. */
const MAX_WAITING_CHARS = 16 * 1024 * 1024;
const PICTURES: Readonly<Record<string, Artifact['ext']>> = { 'image/png': 'png', 'image/webp': 'webp' };

type Part =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'picture'; readonly data: string; readonly ext: Artifact['ext'] };

export interface ArtifactWatcherDeps {
  readonly client: Promise<Pick<FileClient, 'keepArtifact'>>;
  readonly choice: Exclude<ArtifactChoice, 'none'>;
  readonly complaints: Complaints;
  readonly now: () => number;
}

const compressed = promisify(gzip);
const charsOf = (part: Part): number => (part.kind === 'text' ? part.text.length : part.data.length);

/** What of a result is too long for the call itself. */
function partsOf({ outcome }: FinishedCall, choice: ArtifactChoice): Part[] {
  if (outcome.kind !== 'answered') return [];
  return outcome.result.content
    .flatMap((item): Part[] => {
      if (!isObject(item)) return [];
      const { type, data, mimeType } = item;
      const text = textOf(item.text) ?? textOf(objectOf(item.resource).text);
      if (text !== undefined && text.length > MAX_TEXT_CHARS) return [{ kind: 'text', text }];
      const ext = PICTURES[String(mimeType)];
      return choice === 'all' && type === 'image' && typeof data === 'string' && ext
        ? [{ kind: 'picture', data, ext }]
        : [];
    })
    .slice(0, MAX_ARTIFACTS_PER_CALL);
}

/** Keeps what is too long for a call beside it, after the frames went on. */
export function createArtifactWatcher({ client, choice, complaints, now }: ArtifactWatcherDeps) {
  let turn: Promise<void> = Promise.resolve();
  let waiting = 0;

  async function contentOf(part: Part, { typed }: FinishedCall): Promise<Pick<Artifact, 'type' | 'ext'> & Bytes> {
    if (part.kind === 'picture') return { type: 'screenshot', ext: part.ext, bytes: Buffer.from(part.data, 'base64') };
    const text = await scrubInTurns(storableText(beginningOf(part.text, MAX_ARTIFACT_CHARS)), createScrubText(typed));
    return { type: 'logs', ext: 'txt.gz', bytes: await compressed(text) };
  }

  async function keep(part: Part, call: FinishedCall): Promise<void> {
    const { bytes, ...kind } = await contentOf(part, call);
    const { run, seq, event_uuid, startedAt } = call;
    const artifact: Artifact = {
      ...kind,
      call: {
        context: { run_id: run.run_id, session_id: run.session_id },
        tool_name: storableText(call.tool.slice(0, MAX_NAME_CHARS)) || 'unnamed',
        seq,
        event_uuid,
        started_at: new Date(startedAt).toISOString(),
      },
      content_hash: createHash('sha256').update(bytes).digest('hex'),
      size: bytes.length,
      made_at: now(),
    };
    if ((await (await client).keepArtifact(artifact, bytes)) === 'dropped')
      complaints.tell('artifacts_full', 'too much waits for its upload; calls go without their long texts');
  }

  return {
    finished(call) {
      for (const part of partsOf(call, choice)) {
        const chars = charsOf(part);
        if (waiting + chars > MAX_WAITING_CHARS) {
          complaints.tell('artifacts_many', 'results come faster than they can be kept; some calls go without');
          return;
        }
        waiting += chars;
        turn = turn
          .then(() => keep(part, call))
          .catch(() => complaints.tell('artifact', 'a long text could not be kept beside its call'))
          .then(() => {
            waiting -= chars;
          });
      }
    },
    /** When all that happened so far is on disk. */
    settled: (): Promise<void> => turn,
  } satisfies Watcher & { settled(): Promise<void> };
}

interface Bytes {
  readonly bytes: Buffer;
}
