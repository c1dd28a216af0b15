import { type FileClientCounts, openFileClient } from '../../../shared/client/file/file_client.ts';
import { defaultOutbox } from '../default_outbox.ts';
import { warnOfPause } from '../warn_of_pause.ts';
import { checkEnvelope, type DaemonError } from './envelope.ts';
import { createEventRecorder, type Instance, type RecordOutcome } from './event_recorder.ts';

export interface EmitterOptions {
  readonly serverUrl: string;
  readonly key: string;
  /** Folder of the outbox; default one for each server and key in `~/.laskobot/outbox`. */
  readonly outbox?: string;
  readonly now?: () => number;
}

export type Emitted =
  | { readonly ok: true; readonly outcome: RecordOutcome }
  | { readonly ok: false; readonly error: DaemonError };

/**
 * Records the events of a daemon that there is already: the pipeline of `laskobot-runs daemon` without its server. An envelope that is
 * told again, after a reconnect or by another process, is stored once.
 * @example
 * const emitter = await createEmitter({ serverUrl: 'http://127.0.0.1:8787', key });
 * socket.on('message', (data) => void emitter.event(JSON.parse(String(data))));
 * await emitter.close(); // what could not be sent goes with the next process that opens the folder
 */
export async function createEmitter({ serverUrl, key, outbox, now = Date.now }: EmitterOptions) {
  const endpoint = { server_url: serverUrl.replace(/\/+$/, ''), key };
  const dir = outbox ?? defaultOutbox(endpoint);
  const client = await openFileClient({ dir, endpoint, now, onPaused: warnOfPause(endpoint, dir) });
  const recorder = createEventRecorder(client, now);
  return {
    /** Answers once the event is on disk. What is no envelope is an answer with a code. */
    async event(envelope: unknown): Promise<Emitted> {
      const checked = checkEnvelope(envelope);
      if (!checked.ok) return { ok: false, error: checked.error };
      const { type } = checked.envelope;
      // What a command types must not come back in an event.
      if (type === 'command') recorder.command(checked.envelope);
      return { ok: true, outcome: type === 'event' ? await recorder.event(checked.envelope) : 'ignored' };
    },
    /** Tells which browser a session's events come from. */
    instance: (sessionId: string, instance: Instance): void => recorder.instance(sessionId, instance),
    counts: (): Promise<FileClientCounts> => client.counts(),
    close: (): Promise<void> => client.close(),
  };
}

export type Emitter = Awaited<ReturnType<typeof createEmitter>>;
