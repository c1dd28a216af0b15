import type { EnqueueOutcome } from '../../shared/client/outbox.ts';
import type { PageSignature, ToolCall } from '../../shared/protocol/schema.ts';
import type { HashKey } from '../../shared/signature/hash.ts';
import type { CapturedCall, CapturedEvent, PageReport, Viewport } from '../messages.ts';
import { HOLD_MS } from './artifact_store.ts';
import type { RunState } from './database.ts';
import { makeArtifacts, type WantedArtifacts, wantedTypes } from './make_artifacts.ts';
import type { OutboxDatabase } from './outbox_store.ts';
import type { Privacy } from './privacy.ts';
import { NoRoom, type Runs } from './run.ts';
import type { RawContent, Sealed } from './seal.ts';

/** Where a capture came from. */
export interface Source {
  readonly tabId: number;
  readonly windowId: number;
}

export interface RecorderDeps {
  readonly outbox: OutboxDatabase;
  readonly runs: Runs;
  readonly privacy: Privacy;
  /** Key of the project's hashes. */
  readonly key: () => Promise<HashKey>;
  readonly now: () => number;
  /** Something can be sent that could not before. */
  readonly onQueued: () => void;
}

export interface SealedPage {
  readonly url: string;
  readonly page: PageSignature;
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
export function createRecorder({ outbox, runs, privacy, key, now, onQueued }: RecorderDeps) {
  const iso = (): string => new Date(now()).toISOString();

  const underWay = new Set<Promise<unknown>>();
  function tracked<T>(work: Promise<T>): Promise<T> {
    underWay.add(work);
    const done = (): boolean => underWay.delete(work);
    work.then(done, done);
    return work;
  }
  /** What was typed is known before anything captured after it is sealed. */
  let typing: Promise<unknown> = Promise.resolve();
  const toldTabs = new Set<string>();

  const seal = async <T extends RawContent>(run_id: string, captured: T): Promise<Sealed<T>> =>
    privacy.seal(run_id, await key(), captured);

  /** Queues the call at once: a picture takes a while, and the worker may be stopped meanwhile. */
  async function recordCall(source: Source, call: CapturedCall, wanted: WantedArtifacts): Promise<EnqueueOutcome> {
    await typing;
    const { run_id } = await runs.current();
    const { url, ...told } = await seal(run_id, call);
    const awaits = call.tool_name === 'browser.navigate' ? wantedTypes(wanted) : [];
    const outcome = await outbox.enqueue(
      (run, nextSeq) => ({ kind: 'tool_call', context: contextOf(run, source, url), seq: nextSeq(), ...told }),
      { uuid: call.event_uuid, priority: 1, awaits, hold_until: now() + HOLD_MS, at: iso() },
    );
    onQueued();
    if (outcome === 'dropped') runs.forget();
    if (outcome === 'queued' && awaits.length > 0)
      void makeArtifacts(outbox, source, call.event_uuid, awaits, async () => {
        await typing;
        return { masking: wanted.masking, typed: await privacy.typedForms(run_id) };
      }).then(onQueued, (error: unknown) => console.error('LaskoBOT Runs: no artifacts.', error));
    return outcome;
  }

  async function recordEvent(source: Source, captured: CapturedEvent): Promise<EnqueueOutcome> {
    await typing;
    const { run_id } = await runs.current();
    const { url, ...event } = await seal(run_id, captured);
    const outcome = await outbox.enqueue((run) => ({ kind: 'event', context: contextOf(run, source, url), ...event }), {
      uuid: event.event_uuid,
      priority: 2,
      at: iso(),
    });
    onQueued();
    return outcome;
  }

  function withoutRoom(error: unknown): EnqueueOutcome {
    if (!(error instanceof NoRoom)) throw error;
    outbox.countUnwritten('quota');
    return 'dropped';
  }

  return {
    /** Call it before the capture that follows, without awaiting anything in between. */
    typed(texts: readonly string[], wanted: Promise<boolean> = Promise.resolve(true)): Promise<void> {
      const told = wanted.then(async (is) => {
        if (is) await privacy.typed((await runs.current()).run_id, texts);
      });
      typing = Promise.allSettled([typing, told]);
      return tracked(told);
    },
    /** A page as it may be asked about; undefined where it could not be sealed. */
    async page(report: PageReport): Promise<SealedPage | undefined> {
      await typing;
      const { run_id } = await runs.current();
      const { url, page_signature } = await seal<RawContent>(run_id, report);
      return page_signature && { url, page: page_signature };
    },
    /** What was told so far is queued. */
    idle: async (): Promise<void> => {
      await Promise.allSettled(underWay);
    },
    call: (source: Source, call: CapturedCall, wanted: WantedArtifacts): Promise<EnqueueOutcome> =>
      tracked(recordCall(source, call, wanted).catch(withoutRoom)),
    event: (source: Source, event: CapturedEvent): Promise<EnqueueOutcome> =>
      tracked(recordEvent(source, event).catch(withoutRoom)),
    async tab(tabId: number, seen: SeenTab): Promise<void> {
      const { run_id, session_id, instance_id } = await runs.current();
      const key = `${instance_id} ${tabId}`;
      if (!('closed_at' in seen) && toldTabs.has(key)) return;
      toldTabs.add(key);
      const told =
        'closed_at' in seen
          ? seen
          : { ...seen, url_first_seen: (await seal(run_id, { url: seen.url_first_seen })).url };
      const item = { kind: 'tab', tab_id: String(tabId), instance_id, session_id, ...told } as const;
      await outbox.enqueue(() => item, { uuid: crypto.randomUUID(), priority: 0, at: iso() });
      onQueued();
    },
  };
}

export type Recorder = ReturnType<typeof createRecorder>;
