import type { Scrub } from '../../../shared/privacy/scrub.ts';
import { type Content, scrubItem } from '../../../shared/privacy/scrub-item.ts';
import {
  MAX_EVENT_AHEAD_MS,
  MAX_JSON_BYTES,
  MAX_JSON_DEPTH,
  MAX_URL_CHARS,
  MIN_EVENT_TIME_MS,
} from '../../../shared/protocol/limits.ts';
import { type EventItem, PageSignature } from '../../../shared/protocol/schema.ts';
import { storableText } from '../mcp/record/storable.ts';
import type { Envelope } from './envelope.ts';
import { eventUuid } from './event_uuid.ts';

/** Words of the names of events that are recorded, such as `page.error` and `tabUpdated`; others are only passed on. */
const RECORDED = /^(?:navigat(?:ion|ed|e)|focus(?:ed)?|blur(?:red)?|tabs?|errors?)$/;
const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;

const wordsOf = (name: string): string[] =>
  name
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\d]+/u);

export const isRecorded = (name: string): boolean => wordsOf(name).some((word) => RECORDED.test(word));
/** Whether an event is about a tab, and whether that was closed. */
export const tellsOfTab = (name: string): boolean => wordsOf(name).some((word) => /^tabs?$/.test(word));
export const tellsOfClosing = (name: string): boolean => wordsOf(name).some((word) => /^(?:clos|remov)ed?$/.test(word));

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

const field = (payload: unknown, name: string): unknown =>
  isObject(payload) ? (payload as Record<string, unknown>)[name] : undefined;

export function textField(payload: unknown, name: string, max: number): string | undefined {
  const value = field(payload, name);
  return typeof value === 'string' && value !== '' ? value.slice(0, max) : undefined;
}

/** When it happened, unless its clock is broken. */
export function occurredAt({ timestamp }: Envelope, now: number): string {
  const sane = timestamp !== undefined && timestamp >= MIN_EVENT_TIME_MS && timestamp <= now + MAX_EVENT_AHEAD_MS / 2;
  return new Date(sane ? timestamp : now).toISOString();
}

/** Whether data has more levels or values than may be stored; it is looked at no further than that. */
function isTooLarge(data: unknown): boolean {
  let level = [data].filter(isObject);
  let values = 0;
  for (let depth = 1; level.length > 0; depth += 1) {
    if (depth > MAX_JSON_DEPTH) return true;
    const next: object[] = [];
    for (const one of level)
      for (const value of Object.values(one)) {
        values += 1;
        if (values > MAX_JSON_BYTES) return true;
        if (isObject(value)) next.push(value);
      }
    level = next;
  }
  return false;
}

/** Data as the server takes it; of what is too large, too deep or no JSON only that it was there. */
function bounded(data: unknown): unknown {
  // Before it is written as JSON, which runs out of stack where the depth has no bound.
  if (isTooLarge(data)) return { omitted: 'too_large' };
  try {
    const text = JSON.stringify(data);
    if (text === undefined) return undefined;
    return Buffer.byteLength(text) <= MAX_JSON_BYTES ? JSON.parse(text) : { omitted: 'too_large' };
  } catch {
    return { omitted: 'no_json' };
  }
}

/** The page's signature where a payload holds one, and the rest of it. */
function signedPage(payload: unknown): { readonly page_signature?: PageSignature; readonly data: unknown } {
  const parsed = PageSignature.safeParse(field(payload, 'page_signature'));
  if (!parsed.success) return { data: payload };
  const { page_signature, ...data } = payload as Record<string, unknown>;
  return { page_signature: parsed.data, data };
}

/** An event as it is stored: scrubbed, under an id that is always the same for one message. */
export function eventItem(
  envelope: Envelope,
  { scrub, now, instance_id }: { scrub: Scrub; now: number; instance_id: string | undefined },
): EventItem {
  const { sessionId, wireId, name, payload, tabId } = envelope;
  const url = textField(payload, 'url', MAX_URL_CHARS * 8);
  const run_id = textField(payload, 'run_id', 36) ?? textField(payload, 'runId', 36);
  // One unpaired surrogate would fail the whole item.
  const storable: Scrub = (text) => scrub(storableText(text));
  const { page_signature, data } = signedPage(payload);
  const content: Content = { ...(url && { url }), ...(page_signature && { page_signature }), data: bounded(data) };
  const { item } = scrubItem(content, storable);
  const scrubbed = bounded(item.data);
  return {
    kind: 'event',
    context: {
      session_id: sessionId,
      ...(run_id && UUID.test(run_id) && { run_id }),
      ...(instance_id && { instance_id }),
      ...(tabId === undefined || tabId === null ? {} : { tab_id: String(tabId) }),
      ...(item.url && { url: item.url }),
    },
    name,
    event_uuid: eventUuid(sessionId, wireId),
    occurred_at: occurredAt(envelope, now),
    ...(scrubbed === undefined ? {} : { data: scrubbed }),
    ...(item.page_signature && { page_signature: item.page_signature }),
  };
}
