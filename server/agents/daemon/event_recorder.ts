import type { FileClient } from '../../../shared/client/file/file_client.ts';
import type { EnqueueOutcome } from '../../../shared/client/outbox.ts';
import { fullScrub } from '../../../shared/privacy/full-scrub.ts';
import { safely } from '../../../shared/privacy/scrub.ts';
import { createTaint, type Taint } from '../../../shared/privacy/taint.ts';
import { typedByTool } from '../../../shared/privacy/typed-by-tool.ts';
import { scrubUrl } from '../../../shared/privacy/url.ts';
import { MAX_URL_CHARS } from '../../../shared/protocol/limits.ts';
import type { IngestItem } from '../../../shared/protocol/schema.ts';
import type { Envelope } from './envelope.ts';
import { eventItem, isRecorded, occurredAt, textField } from './event_item.ts';

/** Sessions remembered; the one that was silent for longest goes first. */
const MAX_SESSIONS = 1000;

export interface Instance {
  readonly instance_id: string;
  readonly extension?: 'chrome' | 'firefox';
  readonly extension_version?: string;
}

interface Session {
  readonly taint: Taint;
  instance: Instance | undefined;
}

/** What became of an event: `ignored` is one that is not recorded. */
export type RecordOutcome = EnqueueOutcome | 'ignored';

/** Puts events of envelopes into the outbox, without what was typed in their session. */
export function createEventRecorder(client: Pick<FileClient, 'enqueue'>, now: () => number) {
  const sessions = new Map<string, Session>();

  async function sessionOf(sessionId: string): Promise<Session> {
    const known = sessions.get(sessionId);
    const session = known ?? { taint: createTaint(), instance: undefined };
    sessions.delete(sessionId);
    sessions.set(sessionId, session);
    const [oldest] = sessions.keys();
    if (sessions.size > MAX_SESSIONS && oldest !== undefined) sessions.delete(oldest);
    if (!known)
      await client.enqueue({ kind: 'session', session_id: sessionId, started_at: new Date(now()).toISOString() });
    return session;
  }

  /** What an event tells of its tab; tabs belong to instances. */
  function tabItem(envelope: Envelope, { instance, taint }: Session): IngestItem | undefined {
    const { name, tabId, payload, sessionId } = envelope;
    if (!instance || tabId === undefined || tabId === null || !/(?:^|[._-])tabs?(?:$|[._-])/i.test(name))
      return undefined;
    const tab = {
      kind: 'tab',
      tab_id: String(tabId),
      instance_id: instance.instance_id,
      session_id: sessionId,
    } as const;
    if (/clos|remov/i.test(name)) return { ...tab, closed_at: occurredAt(envelope, now()) };
    const url = textField(payload, 'url', MAX_URL_CHARS * 8);
    return url
      ? {
          ...tab,
          url_first_seen: scrubUrl(
            url,
            undefined,
            safely((text) => fullScrub(taint.scrub(text))),
          ),
        }
      : tab;
  }

  return {
    /** An extension said what it is. */
    async instance(sessionId: string, instance: Instance): Promise<void> {
      (await sessionOf(sessionId)).instance = instance;
      await client.enqueue({ kind: 'instance', session_id: sessionId, ...instance });
    },
    /** A command passed by: what it types is taken out of all that follows in its session. */
    async command({ sessionId, payload }: Envelope): Promise<void> {
      const texts = typedByTool(payload);
      if (texts.length === 0) return;
      const { taint } = await sessionOf(sessionId);
      for (const text of texts) taint.add(text);
    },
    /** Answers once the event is in the outbox. */
    async event(envelope: Envelope): Promise<RecordOutcome> {
      if (!isRecorded(envelope.name)) return 'ignored';
      const session = await sessionOf(envelope.sessionId);
      const tab = tabItem(envelope, session);
      if (tab) await client.enqueue(tab);
      const scrub = (text: string): string => fullScrub(session.taint.scrub(text));
      return client.enqueue(eventItem(envelope, { scrub, now: now(), instance_id: session.instance?.instance_id }));
    },
  };
}

export type EventRecorder = ReturnType<typeof createEventRecorder>;
