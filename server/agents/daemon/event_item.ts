import type { Scrub } from '../../../shared/privacy/scrub.ts';
import { type Content, scrubItem } from '../../../shared/privacy/scrub-item.ts';
import {
  MAX_EVENT_AHEAD_MS,
  MAX_JSON_BYTES,
  MAX_JSON_DEPTH,
  MAX_URL_CHARS,
  MIN_EVENT_TIME_MS,
} from '../../../shared/protocol/limits.ts';
import type { EventItem } from '../../../shared/protocol/schema.ts';
import type { Envelope } from './envelope.ts';
import { eventUuid } from './event_uuid.ts';

/** Words of the names of events that are recorded; others are only passed on. */
const RECORDED = /(?:^|[._-])(?:navigat(?:ion|ed|e)|focus(?:ed)?|blur(?:red)?|tabs?|errors?)(?:$|[._-])/i;
const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;

export const isRecorded = (name: string): boolean => RECORDED.test(name);

const field = (payload: unknown, name: string): unknown =>
  typeof payload === 'object' && payload !== null ? (payload as Record<string, unknown>)[name] : undefined;

export function textField(payload: unknown, name: string, max: number): string | undefined {
  const value = field(payload, name);
  return typeof value === 'string' && value !== '' ? value.slice(0, max) : undefined;
}

/** When it happened, unless its clock is broken. */
export function occurredAt({ timestamp }: Envelope, now: number): string {
  const sane = timestamp !== undefined && timestamp >= MIN_EVENT_TIME_MS && timestamp <= now + MAX_EVENT_AHEAD_MS / 2;
  return new Date(sane ? timestamp : now).toISOString();
}

function depthOf(value: unknown): number {
  let depth = 0;
  for (let level = [value]; level.some((one) => typeof one === 'object' && one !== null); depth += 1) {
    if (depth > MAX_JSON_DEPTH) return depth;
    level = level.flatMap((one) => (typeof one === 'object' && one !== null ? Object.values(one) : []));
  }
  return depth;
}

/** Data as the server takes it; of what is too large or too deep only that it was there. */
function bounded(data: unknown): unknown {
  const fits = Buffer.byteLength(JSON.stringify(data) ?? '') <= MAX_JSON_BYTES && depthOf(data) <= MAX_JSON_DEPTH;
  return fits ? data : { omitted: 'too_large' };
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
  const storable: Scrub = (text) => scrub(text.toWellFormed().replaceAll('\0', ''));
  const content: Content = { ...(url && { url }), ...(payload === undefined ? {} : { data: bounded(payload) }) };
  const { item } = scrubItem(content, storable);
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
    ...(item.data === undefined ? {} : { data: item.data }),
  };
}
