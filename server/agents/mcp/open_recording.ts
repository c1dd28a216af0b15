import type { Endpoint } from '../../../shared/client/endpoint.ts';
import { openFileClient } from '../../../shared/client/file/file_client.ts';
import type { IngestItem } from '../../../shared/protocol/schema.ts';
import type { Watcher } from './call.ts';
import type { Complaints } from './complaints.ts';
import { type ArtifactChoice, createArtifactWatcher } from './record/artifact_watcher.ts';
import { createOpenRuns } from './record/open_runs.ts';
import { createRecorder, leftRun } from './record/recorder.ts';
import type { Sign } from './record/seal_call.ts';

/** Longest that a process which is asked to end still sends, in ms: what is not sent then goes with the next one. */
const LAST_SENDING_MS = 1000;

export interface RecordingOptions {
  readonly endpoint: Endpoint;
  readonly dir: string;
  readonly complaints: Complaints;
  readonly fetch: typeof fetch;
  readonly sign?: Sign | undefined;
  /** What of results is kept beside their calls. */
  readonly artifacts: ArtifactChoice;
}

export interface Recording {
  readonly watchers: readonly Watcher[];
  /** Takes an item beside those of calls; neither throws nor waits. */
  tell(item: IngestItem): void;
  /** Writes what happened, sends what can be sent at once, and closes. */
  close(): Promise<void>;
}

/** Everything from a finished call to the server, through a folder on disk. */
export function openRecording({
  endpoint,
  dir,
  complaints,
  fetch,
  sign,
  artifacts: choice,
}: RecordingOptions): Recording {
  const told: typeof fetch = async (input, init) => {
    const response = await fetch(input, init);
    if (response.status === 401 || response.status === 403)
      complaints.tell('key', `the server refuses the key; what is recorded waits in ${dir}`);
    return response;
  };
  // Frames do not wait for the folder: what happens meanwhile is written once it is open.
  const opening = openFileClient({ dir, endpoint, fetch: told });
  const openRuns = createOpenRuns(dir);
  void opening
    .then((client) =>
      openRuns.left(async (left) => {
        for (const item of leftRun(left)) await client.enqueue(item);
      }),
    )
    .catch(() => complaints.tell('outbox', `the outbox ${dir} cannot be opened; nothing is recorded`));
  const recorder = createRecorder({ client: opening, complaints, openRuns, sign });
  const artifacts =
    choice === 'none' ? undefined : createArtifactWatcher({ client: opening, choice, complaints, now: Date.now });
  return {
    watchers: artifacts ? [recorder, artifacts] : [recorder],
    tell(item) {
      void opening
        .then((client) => client.enqueue(item))
        .catch(() => complaints.tell('outbox', 'the outbox does not take what is recorded'));
    },
    async close() {
      await recorder.settled();
      let timer: NodeJS.Timeout | undefined;
      const enough = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, LAST_SENDING_MS);
      });
      const last = async (): Promise<void> => {
        const client = await opening;
        await Promise.all([client.flush(), artifacts?.settled()]);
        await client.close();
      };
      await Promise.race([last(), enough]).catch(() => undefined);
      clearTimeout(timer);
    },
  };
}
