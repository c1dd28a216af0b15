import { openFileClient } from '../../../shared/client/file/file_client.ts';
import type { OutboxCounts } from '../../../shared/client/outbox.ts';
import { type DaemonError, Envelope } from './envelope.ts';
import { createEventRecorder, type Instance, type RecordOutcome } from './event_recorder.ts';

export interface EmitterOptions {
  readonly serverUrl: string;
  readonly key: string;
  /** Folder of the outbox; default `.laskobot/outbox`. */
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
export async function createEmitter({ serverUrl, key, outbox = '.laskobot/outbox', now = Date.now }: EmitterOptions) {
  const endpoint = { server_url: serverUrl.replace(/\/+$/, ''), key };
  const client = await openFileClient({ dir: outbox, endpoint, now });
  const recorder = createEventRecorder(client, now);
  return {
    /** Answers once the event is on disk. Throws nothing: what is no envelope is an answer with a code. */
    async event(envelope: unknown): Promise<Emitted> {
      const parsed = Envelope.safeParse(envelope);
      if (!parsed.success) {
        const [issue] = parsed.error.issues;
        const message = `${issue?.path.join('.') || 'the message'}: ${issue?.message ?? 'is no envelope'}`;
        return { ok: false, error: { code: 'invalid_envelope', message } };
      }
      // What a command types must not come back in an event.
      if (parsed.data.type === 'command') await recorder.command(parsed.data);
      return { ok: true, outcome: parsed.data.type === 'event' ? await recorder.event(parsed.data) : 'ignored' };
    },
    /** Tells which browser a session's events come from. */
    instance: (sessionId: string, instance: Instance): Promise<void> => recorder.instance(sessionId, instance),
    counts: (): Promise<OutboxCounts> => client.counts(),
    close: (): Promise<void> => client.close(),
  };
}

export type Emitter = Awaited<ReturnType<typeof createEmitter>>;
