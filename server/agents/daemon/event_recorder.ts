import type { FileClient } from '../../../shared/client/file/file_client.ts';
import type { EnqueueOutcome } from '../../../shared/client/outbox.ts';
import { type Scrub, safely } from '../../../shared/privacy/scrub.ts';
import { typedByTool } from '../../../shared/privacy/typed-by-tool.ts';
import { scrubUrl } from '../../../shared/privacy/url.ts';
import { MAX_URL_CHARS } from '../../../shared/protocol/limits.ts';
import type { IngestItem } from '../../../shared/protocol/schema.ts';
import { createScrubText } from '../mcp/record/scrub_text.ts';
import { createTypedTexts, type TypedMemory } from '../mcp/typed_texts.ts';
import type { Envelope } from './envelope.ts';
import { eventItem, isRecorded, occurredAt, tellsOfClosing, tellsOfTab, textField } from './event_item.ts';

/** Sessions remembered; the one that was silent for longest goes first. */
const MAX_SESSIONS = 1000;

export interface Instance {
  readonly instance_id: string;
  readonly extension?: 'chrome' | 'firefox';
  readonly extension_version?: string;
}

interface Session {
  readonly typed: TypedMemory;
  readonly scrub: Scrub;
  instance: Instance | undefined;
}

function newSession(): Session {
  const typed = createTypedTexts();
  return { typed, scrub: createScrubText(typed), instance: undefined };
}

/** What became of an event: `ignored` is one that is not recorded. */
export type RecordOutcome = EnqueueOutcome | 'ignored';

/** Puts events of envelopes into the outbox, without what was typed in their session. */
export function createEventRecorder(client: Pick<FileClient, 'enqueue'>, now: () => number) {
  const sessions = new Map<string, Session>();

  function sessionOf(sessionId: string): Session {
    const known = sessions.get(sessionId);
    const session = known ?? newSession();
    sessions.delete(sessionId);
    sessions.set(sessionId, session);
    const [oldest] = sessions.keys();
    if (sessions.size > MAX_SESSIONS && oldest !== undefined) sessions.delete(oldest);
    if (!known)
      void client.enqueue({ kind: 'session', session_id: sessionId, started_at: new Date(now()).toISOString() });
    return session;
  }

  /** What an event tells of its tab; tabs belong to instances. */
  function tabItem(envelope: Envelope, { instance, scrub }: Session): IngestItem | undefined {
    const { name, tabId, payload, sessionId } = envelope;
    if (!instance || tabId === undefined || tabId === null || !tellsOfTab(name)) return undefined;
    const tab = {
      kind: 'tab',
      tab_id: String(tabId),
      instance_id: instance.instance_id,
      session_id: sessionId,
    } as const;
    if (tellsOfClosing(name)) return { ...tab, closed_at: occurredAt(envelope, now()) };
    const url = textField(payload, 'url', MAX_URL_CHARS * 8);
    return url ? { ...tab, url_first_seen: scrubUrl(url, undefined, safely(scrub)) } : tab;
  }

  return {
    /** An extension said what it is. */
    instance(sessionId: string, instance: Instance): void {
      sessionOf(sessionId).instance = instance;
      void client.enqueue({ kind: 'instance', session_id: sessionId, ...instance });
    },
    /** A command passed by: what it types is taken out of all that follows in its session. */
    command({ sessionId, payload }: Envelope): void {
      const texts = typedByTool(payload);
      if (texts.length > 0) sessionOf(sessionId).typed.add(texts);
    },
    /** Answers once the event is in the outbox. */
    async event(envelope: Envelope): Promise<RecordOutcome> {
      if (!isRecorded(envelope.name)) return 'ignored';
      const session = sessionOf(envelope.sessionId);
      const tab = tabItem(envelope, session);
      if (tab) await client.enqueue(tab);
      const { scrub, instance } = session;
      return client.enqueue(eventItem(envelope, { scrub, now: now(), instance_id: instance?.instance_id }));
    },
  };
}

export type EventRecorder = ReturnType<typeof createEventRecorder>;
