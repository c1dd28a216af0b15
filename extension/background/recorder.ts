import { v4 as uuidv4 } from 'uuid';
import type { MaskingPolicy } from '../../shared/privacy/masking.ts';
import type { ToolCall } from '../../shared/protocol/schema.ts';
import type { ArtifactPrivacy, CapturedCall, CapturedEvent, CapturePolicy, PageReport, Viewport } from '../messages.ts';
import { gzip, HOLD_MS, makeArtifact } from './artifacts.ts';
import type { RunState, StoredArtifact } from './database.ts';
import { inject } from './inject.ts';
import type { EnqueueOutcome, OutboxDatabase } from './outbox_store.ts';
import type { Privacy } from './privacy.ts';
import type { Runs } from './run.ts';
import { captureMasked } from './screenshot.ts';
import { tell } from './tell.ts';

/** Where a capture came from. */
export interface Source {
  readonly tabId: number;
  readonly windowId: number;
}

/** Artifacts made of a page when it was reached, and what they must not show. */
export interface WantedArtifacts extends Pick<CapturePolicy, 'dom' | 'screenshots'> {
  readonly masking: MaskingPolicy;
}

export interface RecorderDeps {
  readonly outbox: OutboxDatabase;
  readonly runs: Runs;
  readonly privacy: Privacy;
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
export function createRecorder({ outbox, runs, privacy, now }: RecorderDeps) {
  const iso = (): string => new Date(now()).toISOString();

  async function artifactsOf(
    call: CapturedCall,
    source: Source,
    { masking, ...wanted }: WantedArtifacts,
    run_id: string,
  ): Promise<StoredArtifact[]> {
    if (call.tool_name !== 'browser.navigate' || !(wanted.dom || wanted.screenshots)) return [];
    await inject(source.tabId, 'artifacts.js');
    const made: StoredArtifact[] = [];
    const hidden: ArtifactPrivacy = { masking, typed: await privacy.typedForms(run_id) };
    const picture = wanted.screenshots ? await captureMasked(source.tabId, source.windowId, hidden) : undefined;
    if (picture) made.push(await makeArtifact(call.event_uuid, 'screenshot', picture.ext, picture.bytes));
    const html = wanted.dom ? await tell<string>(source.tabId, { type: 'serialise', ...hidden }) : undefined;
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
    const { run_id } = await runs.current();
    const artifacts = await artifactsOf(call, source, wanted, run_id).catch((error: unknown) => {
      console.warn('LaskoBOT Runs: a call goes without its artifacts.', error);
      return [];
    });
    const { url, ...told } = await privacy.clean(run_id, call);
    return outbox.enqueue(
      (run, nextSeq) => ({ kind: 'tool_call', context: contextOf(run, source, url), seq: nextSeq(), ...told }),
      { uuid: call.event_uuid, priority: 1, artifacts, hold_until: now() + HOLD_MS, at: iso() },
    );
  }

  async function recordEvent(source: Source, captured: CapturedEvent): Promise<EnqueueOutcome> {
    const { run_id } = await runs.current();
    const { url, ...event } = await privacy.clean(run_id, captured);
    return outbox.enqueue((run) => ({ kind: 'event', context: contextOf(run, source, url), ...event }), {
      uuid: event.event_uuid,
      priority: 2,
      at: iso(),
    });
  }

  return {
    /** In the order of the captures, so that none that follows goes without it. */
    typed: (source: Source, texts: readonly string[]): Promise<void> =>
      inOrder(source.tabId, async () => privacy.typed((await runs.current()).run_id, texts)),
    /** A page as it may be asked about. */
    async page(report: PageReport): Promise<PageReport> {
      const { run_id } = await runs.current();
      const { url, page_signature } = await privacy.clean(run_id, { url: report.url, page_signature: report.page });
      return { url, page: page_signature };
    },
    call: (source: Source, call: CapturedCall, wanted: WantedArtifacts): Promise<EnqueueOutcome> =>
      inOrder(source.tabId, () => recordCall(source, call, wanted)),
    event: (source: Source, event: CapturedEvent): Promise<EnqueueOutcome> =>
      inOrder(source.tabId, () => recordEvent(source, event)),
    async tab(tabId: number, seen: SeenTab): Promise<void> {
      const { run_id, session_id, instance_id } = await runs.current();
      const key = `${instance_id} ${tabId}`;
      if (!('closed_at' in seen) && toldTabs.has(key)) return;
      toldTabs.add(key);
      const told =
        'closed_at' in seen
          ? seen
          : { ...seen, url_first_seen: (await privacy.clean(run_id, { url: seen.url_first_seen })).url };
      const item = { kind: 'tab', tab_id: String(tabId), instance_id, session_id, ...told } as const;
      await outbox.enqueue(() => item, { uuid: uuidv4(), priority: 0, at: iso() });
    },
  };
}

export type Recorder = ReturnType<typeof createRecorder>;
