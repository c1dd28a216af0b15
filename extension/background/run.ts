import { v7 as uuidv7 } from 'uuid';
import browser from 'webextension-polyfill';
import type { IngestItem, RunStatus } from '../../shared/protocol/schema.ts';
import { browserName } from './browser_name.ts';
import type { Database, RunState } from './database.ts';
import type { OutboxDatabase } from './outbox_store.ts';

declare const __VERSION__: string;
const PROTO_VERSION = '1';
/** In storage that dies with the browser: where it is missing, tab ids of the last run mean nothing any more. */
export const BROWSER_SESSION_KEY = 'browser_session';

interface BrowserSession {
  readonly session_id: string;
  readonly instance_id: string;
}

const runItem = (run: RunState, status: RunStatus, ended_at?: string): IngestItem => ({
  kind: 'run',
  run_id: run.run_id,
  session_id: run.session_id,
  instance_id: run.instance_id,
  status,
  started_at: run.started_at,
  ...(ended_at ? { ended_at } : {}),
  server_version: `extension ${__VERSION__}`,
  proto_version: PROTO_VERSION,
});

/** Recording was turned off while a capture was on its way: it belongs to no run. */
class RecordingEnded extends Error {
  override readonly name = 'RecordingEnded';
}

/** The disk is full: what would begin a run can only be counted. */
export class NoRoom extends Error {
  override readonly name = 'NoRoom';
}

/** Begins and ends runs; `mayBegin` says whether recording is on. A run lasts from turning the recording on, or the browser's start, to turning it off. */
export function createRuns(db: Database, outbox: OutboxDatabase, now: () => number, mayBegin: () => Promise<boolean>) {
  const iso = (): string => new Date(now()).toISOString();
  const queue = (item: IngestItem): Promise<unknown> =>
    outbox.enqueue(() => item, { uuid: uuidv7(), priority: 0, at: iso() });
  /** Two captures at once must not begin two runs. */
  const alone = <T>(work: () => Promise<T>): Promise<T> => navigator.locks.request('laskobot-run', work) as Promise<T>;

  /** Both stores forget with the browser, this with the worker: what was found stays true until the run is ended here. */
  let found: RunState | undefined;

  async function finish(status: RunStatus, at: string): Promise<void> {
    found = undefined;
    const run = await db.get('run', 'run');
    if (!run) return;
    await queue(runItem(run, status, at));
    await db.delete('run', 'run');
  }

  async function begin({ session_id, instance_id }: BrowserSession): Promise<RunState> {
    const at = iso();
    const run: RunState = { run_id: uuidv7(), session_id, instance_id, started_at: at, next_seq: 0, last_event_at: at };
    if (!(await outbox.putRun(run))) throw new NoRoom('The browser gives no room for a run.');
    await queue({ kind: 'session', session_id, started_at: at });
    await queue({
      kind: 'instance',
      instance_id,
      session_id,
      extension: browserName(),
      extension_version: __VERSION__,
    });
    await queue(runItem(run, 'running'));
    return run;
  }

  async function current(): Promise<RunState> {
    const stored = (await browser.storage.session.get(BROWSER_SESSION_KEY))[BROWSER_SESSION_KEY] as
      | BrowserSession
      | undefined;
    const run = await db.get('run', 'run');
    if (stored && run) return run;
    if (run) {
      const { session_id, started_at, last_event_at } = run;
      await queue({ kind: 'session', session_id, started_at, ended_at: last_event_at });
      await finish('partial', last_event_at);
    }
    if (!(await mayBegin())) throw new RecordingEnded('Recording is off.');
    const session = stored ?? { session_id: crypto.randomUUID(), instance_id: crypto.randomUUID() };
    await browser.storage.session.set({ [BROWSER_SESSION_KEY]: session });
    return begin(session);
  }

  return {
    /** The run to record into, throws `RecordingEnded` or `NoRoom`; one left behind by a browser that went away is first told as `partial`, ended at its last event. */
    async current(): Promise<RunState> {
      found ??= await alone(current);
      return found;
    },
    /** An item found no run: look for it again. */
    forget(): void {
      found = undefined;
    },
    /** Ends the run, if there is one. */
    end: (status: RunStatus): Promise<void> => alone(() => finish(status, iso())),
    peek: (): Promise<RunState | undefined> => db.get('run', 'run'),
  };
}

export type Runs = ReturnType<typeof createRuns>;
