import { v4 as uuidv4 } from 'uuid';
import type { ToolCall } from '../../shared/protocol/schema.ts';
import type { CapturedCall, CapturedEvent, CapturePolicy, Viewport } from '../messages.ts';
import { gzip, HOLD_MS, makeArtifact } from './artifacts.ts';
import type { RunState, StoredArtifact } from './database.ts';
import { inject } from './inject.ts';
import type { EnqueueOutcome, OutboxDatabase } from './outbox_store.ts';
import type { Runs } from './run.ts';
import { captureMasked } from './screenshot.ts';
import { tell } from './tell.ts';

/** Where a capture came from. */
export interface Source {
  readonly tabId: number;
  readonly windowId: number;
}

/** Artifacts made of a page when it was reached. */
type WantedArtifacts = Pick<CapturePolicy, 'dom' | 'screenshots'>;

export interface RecorderDeps {
  readonly outbox: OutboxDatabase;
  readonly runs: Runs;
  readonly now: () => number;
}

/** What is known of a tab when it is first recorded, and when it is closed. */
type SeenTab = ({ readonly url_first_seen: string } & Viewport) | { readonly closed_at: string };

const contextOf = (run: RunState, source: Source, url: string): ToolCall['context'] => ({
  run_id: run.run_id,
  session_id: run.session_id,
  instance_id: run.instance_id,
  tab_id: String(source.tabId),
  url,
});

/** Turns what pages captured into items of the outbox. */
export function createRecorder({ outbox, runs, now }: RecorderDeps) {
  const iso = (): string => new Date(now()).toISOString();

  async function artifactsOf(call: CapturedCall, source: Source, wanted: WantedArtifacts): Promise<StoredArtifact[]> {
    if (call.tool_name !== 'browser.navigate' || !(wanted.dom || wanted.screenshots)) return [];
    await inject(source.tabId, 'artifacts.js');
    const made: StoredArtifact[] = [];
    const picture = wanted.screenshots ? await captureMasked(source.tabId, source.windowId) : undefined;
    if (picture) made.push(await makeArtifact(call.event_uuid, 'screenshot', picture.ext, picture.bytes));
    const html = wanted.dom ? await tell<string>(source.tabId, { type: 'serialise' }) : undefined;
    if (html) made.push(await makeArtifact(call.event_uuid, 'dom', 'html.gz', await gzip(html)));
    return made;
  }

  // A picture takes a while: what the same tab does meanwhile must not get a lower seq.
  const tails = new Map<number, Promise<unknown>>();
  function inOrder<T>(tabId: number, work: () => Promise<T>): Promise<T> {
    const done = (tails.get(tabId) ?? Promise.resolve()).then(work, work);
    const forget = (): void => {
      if (tails.get(tabId) === done) tails.delete(tabId);
    };
    tails.set(tabId, done);
    done.then(forget, forget);
    return done;
  }
  const toldTabs = new Set<string>();

  async function recordCall(source: Source, call: CapturedCall, wanted: WantedArtifacts): Promise<EnqueueOutcome> {
    await runs.current();
    const artifacts = await artifactsOf(call, source, wanted).catch((error: unknown) => {
      console.warn('LaskoBOT Runs: a call goes without its artifacts.', error);
      return [];
    });
    const { url, ...told } = call;
    return outbox.enqueue(
      (run, nextSeq) => ({ kind: 'tool_call', context: contextOf(run, source, url), seq: nextSeq(), ...told }),
      { uuid: call.event_uuid, priority: 1, artifacts, hold_until: now() + HOLD_MS, at: iso() },
    );
  }

  async function recordEvent(source: Source, { url, ...event }: CapturedEvent): Promise<EnqueueOutcome> {
    await runs.current();
    return outbox.enqueue((run) => ({ kind: 'event', context: contextOf(run, source, url), ...event }), {
      uuid: event.event_uuid,
      priority: 2,
      at: iso(),
    });
  }

  return {
    call: (source: Source, call: CapturedCall, wanted: WantedArtifacts): Promise<EnqueueOutcome> =>
      inOrder(source.tabId, () => recordCall(source, call, wanted)),
    event: (source: Source, event: CapturedEvent): Promise<EnqueueOutcome> =>
      inOrder(source.tabId, () => recordEvent(source, event)),
    async tab(tabId: number, seen: SeenTab): Promise<void> {
      const { session_id, instance_id } = await runs.current();
      const key = `${instance_id} ${tabId}`;
      if (!('closed_at' in seen) && toldTabs.has(key)) return;
      toldTabs.add(key);
      const item = { kind: 'tab', tab_id: String(tabId), instance_id, session_id, ...seen } as const;
      await outbox.enqueue(() => item, { uuid: uuidv4(), priority: 0, at: iso() });
    },
  };
}

export type Recorder = ReturnType<typeof createRecorder>;
