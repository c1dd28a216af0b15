import type { FileClient } from '../../../../shared/client/file/file_client.ts';
import type { IngestItem } from '../../../../shared/protocol/schema.ts';
import type { FinishedCall, RunInfo, Watcher } from '../call.ts';
import type { Complaints } from '../complaints.ts';
import type { LeftRun, OpenRuns } from './open_runs.ts';
import { type Sign, sealCall } from './seal_call.ts';

/** Calls that wait to be scrubbed; of more than these only the number is kept. */
const MAX_WAITING = 2000;
/** How long what happens is gathered, in ms: as much as a kill may cost, so that calls in a row pay for one write together. */
const GATHER_MS = 10;
/** Items written at once, at the most. */
const MAX_TOGETHER = 50;
/** `mcp NAME VERSION` and a revision, as the wire takes them. */
const MAX_VERSION_CHARS = 64;

export interface RecorderDeps {
  readonly client: Promise<Pick<FileClient, 'enqueue'>>;
  readonly complaints: Complaints;
  /** Kept on disk, so that a run which is cut short is still ended. */
  readonly openRuns: OpenRuns;
  readonly sign?: Sign | undefined;
}

export interface Recorder extends Watcher {
  /** When all that happened so far stands in the outbox. */
  settled(): Promise<void>;
}

const iso = (ms: number): string => new Date(ms).toISOString();

/** What is told of a run that a killed process left. */
export const leftRun = ({ run, lastAt }: LeftRun): IngestItem[] => [
  runItem(run, 'partial', Math.max(run.startedAt, lastAt)),
  sessionItem(run, Math.max(run.startedAt, lastAt)),
];

function runItem(run: RunInfo, status: 'running' | 'completed' | 'failed' | 'partial', endedAt?: number): IngestItem {
  return {
    kind: 'run',
    run_id: run.run_id,
    session_id: run.session_id,
    status,
    started_at: iso(run.startedAt),
    ...(endedAt === undefined ? {} : { ended_at: iso(endedAt) }),
    ...(run.root_request_id === undefined ? {} : { root_request_id: run.root_request_id }),
    ...(run.server_version === undefined ? {} : { server_version: run.server_version.slice(0, MAX_VERSION_CHARS) }),
    ...(run.proto_version === undefined ? {} : { proto_version: run.proto_version.slice(0, MAX_VERSION_CHARS) }),
  };
}

const sessionItem = ({ session_id, startedAt }: RunInfo, endedAt?: number): IngestItem => ({
  kind: 'session',
  session_id,
  started_at: iso(startedAt),
  ...(endedAt === undefined ? {} : { ended_at: iso(endedAt) }),
});

/**
 * Writes runs and calls into the outbox, in the order in which they happened, after the frames went on: what comes within a moment is made
 * ready one piece a turn of the event loop, and written together. What fails is counted.
 */
export function createRecorder({ client, complaints, openRuns, sign }: RecorderDeps): Recorder {
  const waiting: (() => readonly IngestItem[])[] = [];
  let ready: IngestItem[] = [];
  let writing: Promise<void> = Promise.resolve();
  const idle: (() => void)[] = [];
  let scheduled = false;

  async function write(item: IngestItem): Promise<void> {
    const outcome = await (await client).enqueue(item);
    if (outcome === 'dropped') complaints.tell('dropped', 'the outbox is full or cannot be written; calls are lost');
  }
  function writeReady(): void {
    for (const item of ready) {
      const written = write(item).catch(() => complaints.tell('outbox', 'the outbox does not take what is recorded'));
      writing = writing.then(() => written);
    }
    ready = [];
  }

  function next(): void {
    const work = waiting.shift();
    try {
      ready.push(...(work?.() ?? []));
    } catch {
      complaints.tell('seal', 'a call could not be made ready to be recorded');
    }
    if (waiting.length > 0 && ready.length < MAX_TOGETHER) {
      setImmediate(next);
      return;
    }
    writeReady();
    if (waiting.length > 0) {
      setImmediate(next);
      return;
    }
    scheduled = false;
    for (const tell of idle.splice(0)) tell();
  }
  function record(work: () => readonly IngestItem[]): void {
    if (waiting.length >= MAX_WAITING) {
      complaints.tell('too_many', 'calls come faster than they can be recorded; some are not');
      return;
    }
    waiting.push(work);
    if (scheduled) return;
    scheduled = true;
    setTimeout(next, GATHER_MS);
  }

  return {
    began(run) {
      openRuns.began(run);
      record(() => [sessionItem(run), runItem(run, 'running')]);
    },
    finished: (call: FinishedCall) =>
      record(() => {
        const { item, withheld } = sealCall(call, sign);
        if (withheld)
          complaints.tell('withheld', 'a call was recorded without its content, which could not be scrubbed');
        openRuns.recorded(call.run, call.endedAt);
        return [item];
      }),
    ended(run, status, endedAt) {
      record(() => {
        openRuns.ended(run);
        return [runItem(run, status, endedAt), sessionItem(run, endedAt)];
      });
    },
    async settled() {
      if (waiting.length > 0 || scheduled) await new Promise<void>((resolve) => idle.push(resolve));
      await Promise.all([writing, openRuns.settled()]);
    },
  };
}
