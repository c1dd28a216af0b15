import { SCRUBBED } from '../../shared/privacy/scrubbed.ts';
import { MAX_ERROR_CHARS } from '../../shared/protocol/limits.ts';
import { type ObserveContext, observeElement } from '../../shared/signature/observe-element.ts';
import { observePage } from '../../shared/signature/observe-page.ts';
import { MAX_RAW_URL_CHARS, type ObservedPage } from '../../shared/signature/observed.ts';
import { MAX_LOST } from '../limits.ts';
import type { CapturedCall, CapturedEvent, ContentMessage } from '../messages.ts';
import { addressOf } from './address.ts';
import type { Follow } from './follow/follow.ts';
import { createRate } from './rate.ts';
import { uuid } from './uuid.ts';

/** Captures a page may cause: a burst, and then so many a second. Beyond that it is noise or an attack. */
const RATE = { burst: 100, perSecond: 20 };

/** An error of the page within this long of an action's begin is laid to the action, in ms. */
const BLAME_MS = 1000;

/** An action that has begun and will be told once, when it settled or when the page goes away. */
export interface Pending {
  finish(outcome?: { readonly error?: string; readonly ended_at?: number; readonly output?: unknown }): void;
}

export interface CallDetails {
  readonly started_at?: number;
  readonly element?: Element | undefined;
  /** Closed data of our own making, or what a host's tool was given, which the background scrubs. */
  readonly input?: unknown;
}

export interface RecorderDeps {
  readonly document: Document;
  readonly reading: ObserveContext;
  /** No text of the page is told, errors neither. */
  readonly strict: boolean;
  readonly now: () => number;
  readonly tellCall: (call: CapturedCall, lost: number) => void;
  readonly tellEvent: (event: CapturedEvent) => void;
  /** Sees what follows the calls. */
  readonly follow?: Pick<Follow, 'begin' | 'ended'> | undefined;
}

function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined; // A hostile page may make any getter throw: the event then goes without what could not be read.
  }
}

/** Makes calls and events of what happens in one document, read at once, while the page is as the user met it. */
export function createRecorder({ document, reading, strict, now, tellCall, tellEvent, follow }: RecorderDeps) {
  const pending = new Map<Pending, number>();
  const withinRate = createRate(RATE, now);
  let suppressed = 0;

  function suppress(): void {
    suppressed += 1;
  }
  function mayTell(): boolean {
    const may = withinRate();
    if (!may) suppress();
    return may;
  }

  const iso = (ms: number): string => new Date(ms).toISOString();
  const url = (): string => (attempt(() => addressOf(document)) ?? '').slice(0, MAX_RAW_URL_CHARS);
  const page = (): ObservedPage | undefined => attempt(() => observePage(document, reading));
  const errorText = (text: string): string => (strict ? SCRUBBED : text.slice(0, MAX_ERROR_CHARS));

  const recorder = {
    /** Reads page and element now; the call is told by `finish`. Undefined where the page has caused too much already. */
    begin(tool_name: string, { started_at = now(), element, input = {} }: CallDetails): Pending | undefined {
      if (!mayTell()) return undefined;
      const met = {
        url: url(),
        page: page(),
        element: element && attempt(() => observeElement(element, reading)),
      };
      const event_uuid = uuid();
      if (element && tool_name !== 'dom.scroll') attempt(() => follow?.begin(event_uuid, tool_name, element));
      const call: Pending = {
        finish({ error, output, ended_at = now() } = {}) {
          if (!pending.delete(call)) return;
          follow?.ended(event_uuid, ended_at);
          const missed = recorder.takeLost();
          tellCall(
            {
              ...met,
              tool_name,
              event_uuid,
              started_at: iso(started_at),
              ended_at: iso(Math.max(started_at, ended_at)),
              input_json: missed > 0 && typeof input === 'object' ? { ...input, suppressed: missed } : input,
              ...(output === undefined ? {} : { output_json: output }),
              success: error === undefined,
              ...(error === undefined ? {} : { error_msg: errorText(error) }),
            },
            missed,
          );
        },
      };
      pending.set(call, now());
      return call;
    },
    /** `data` is asked for only where the event is told. */
    event(name: string, data: () => Record<string, unknown>): void {
      if (mayTell())
        tellEvent({ event_uuid: uuid(), name, occurred_at: iso(now()), url: url(), data: data(), page: page() });
    },
    /** A capture that is not told: too many are. */
    suppress,
    /** What was captured did not get through: the next call says how many did not, or who leaves. */
    lost(message: ContentMessage): void {
      if (message.type === 'event') suppressed += 1;
      if (message.type === 'call') suppressed += 1 + (message.lost ?? 0);
      if (message.type === 'leave') suppressed += message.lost;
    },
    /** How many captures no call has told of; from here on whoever asks does. */
    takeLost(): number {
      const count = Math.min(suppressed, MAX_LOST);
      suppressed -= count;
      return count;
    },
    errorText,
    url,
    page,
    /** The page threw: actions that have just begun have failed. */
    failRecent(error: string): void {
      for (const [call, begun] of [...pending]) if (now() - begun <= BLAME_MS) call.finish({ error });
    },
    /** The page goes away: whatever is under way ends here. */
    finishAll(): void {
      for (const call of [...pending.keys()]) call.finish();
    },
  };
  return recorder;
}

export type Recorder = ReturnType<typeof createRecorder>;
