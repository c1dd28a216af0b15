import type { OutboxCounts } from '../shared/client/outbox.ts';
import type { Rect } from '../shared/privacy/masked-rects.ts';
import type { MaskingPolicy } from '../shared/privacy/masking.ts';
import type {
  BestSelectorHint,
  RecipeHint,
  SafeOpsHint,
  SelectorKind,
  ToolCall,
  VerifyOutcome,
  WaitConditionHint,
} from '../shared/protocol/schema.ts';
import type { ObservedElement, ObservedPage } from '../shared/signature/observed.ts';
import type { ElementForm } from './hint_outcome.ts';

/** On every message, so that a host extension's own messages and ours never meet. */
export const CHANNEL = 'laskobot-runs';
export type Sent<M> = M & { readonly channel: typeof CHANNEL };
export const sent = <M extends object>(message: M): Sent<M> => ({ ...message, channel: CHANNEL });
/** Whether a message is on our channel; what it says is then by our own scripts, and typed by who may have sent it. */
export const isOurs = (message: unknown): boolean =>
  typeof message === 'object' && message !== null && (message as { channel?: unknown }).channel === CHANNEL;

/** What a content script may capture; part of the settings. */
export interface CapturePolicy {
  readonly scroll: boolean;
  readonly errors: boolean;
  /** A scrubbed copy of the DOM at every navigation. */
  readonly dom: boolean;
  /** A picture of the visible tab at every navigation, masked before it exists as a file. */
  readonly screenshots: boolean;
}

/**
 * A tool call as the page saw it, raw and bounded: kept in memory only, until the background has sealed it. That adds run, session,
 * instance, tab and seq.
 */
export interface CapturedCall
  extends Omit<ToolCall, 'context' | 'seq' | 'kind' | 'artifacts' | 'page_signature' | 'element_signatures'> {
  readonly url: string;
  readonly page?: ObservedPage | undefined;
  /** The element that the call acted on. */
  readonly element?: ObservedElement | undefined;
}

/** An event that is no tool call, as the page saw it: raw, like a call. */
export interface CapturedEvent {
  readonly event_uuid: string;
  readonly name: string;
  readonly occurred_at: string;
  readonly url: string;
  readonly data?: Record<string, unknown>;
  readonly page?: ObservedPage | undefined;
}

export interface Viewport {
  readonly viewport_w: number;
  readonly viewport_h: number;
  readonly dpr: number;
}

/** What a content script has to say; checked by `content_schema.ts`. */
export type ContentMessage =
  /**
   * `ready`: what records is there already. `error_event`: the event by which the page's own world shall hand its errors over, until it is
   * known to; a name of its own for each document, which tells no page that it is recorded.
   */
  | {
      readonly type: 'hello';
      readonly viewport: Viewport;
      readonly ready: boolean;
      readonly error_event?: string | undefined;
    }
  /** `lost`: captures before it that did not get through. */
  | { readonly type: 'call'; readonly call: CapturedCall; readonly lost?: number }
  | { readonly type: 'event'; readonly event: CapturedEvent }
  /** Top frame only, like `hints`. */
  | { readonly type: 'page'; readonly report: PageReport }
  /** A host's tools ask for the hints of their own page; answered with `HintsForTab`. */
  | { readonly type: 'hints'; readonly report: PageReport }
  /** Nothing but what was typed. */
  | { readonly type: 'typed' }
  /** The document goes away, maybe the browser with it: what is queued should go now. `lost`: captures that no call has told of. */
  | { readonly type: 'leave'; readonly lost: number };

/**
 * Sent by content scripts; every one is answered, so that a lost background shows. `typed` is what the user typed and the background
 * has not acknowledged yet: with the message itself, so that it is known before anything captured after it is sealed. It goes no
 * further than the background's memory.
 */
export type Told = ContentMessage & { readonly typed?: readonly string[] | undefined };

/** Answer to a message that is none of ours: nothing of it was taken. */
export interface Refusal {
  readonly refused: 'malformed' | 'sender' | 'frame';
}

/** What may be read of a page, and which of its attributes hold test ids beside those that are known. */
export interface ReadingPolicy extends MaskingPolicy {
  readonly test_ids: readonly string[];
}

/** What an artifact must not show beside what is marked. */
export interface ArtifactPrivacy {
  readonly masking: ReadingPolicy;
  /** What was typed in the run, in compact form. */
  readonly typed: readonly string[];
}

/** Boxes to paint over, in CSS pixels of a viewport of this width. */
export interface MaskedRects {
  readonly rects: readonly Rect[];
  readonly viewport_w: number;
}

/** A page as it stands, raw. */
export interface PageReport {
  readonly url: string;
  readonly page: ObservedPage;
}

/** Answer to `report_page`, with what was typed and not told yet. */
export interface ReportAnswer extends PageReport, Pick<Told, 'typed'> {}

/** Answer to `hello`. */
export type RecordingState =
  | { readonly recording: false }
  | {
      readonly recording: true;
      readonly text_key: string;
      readonly capture: CapturePolicy;
      readonly masking: ReadingPolicy;
    };

/** Sent by the background to the content script of a tab. */
export type BackgroundMessage =
  /** The settings changed: say hello again. */
  | { readonly type: 'settings_changed' }
  /** Answered with `MaskedRects`, or undefined where no picture may be made. */
  | ({ readonly type: 'masked_rects' } & ArtifactPrivacy)
  /** Answered with the scrubbed HTML of the page. */
  | ({ readonly type: 'serialise' } & ArtifactPrivacy)
  /** Answered with a `ReportAnswer`, or undefined while not recording. */
  | { readonly type: 'report_page' }
  | {
      readonly type: 'verify';
      readonly hint: BestSelectorHint;
      readonly text_key: string;
      readonly masking: ReadingPolicy;
      readonly action?: HintAction;
    };

/** What to do with the element once it is verified. `fill` puts a text in as a user would. */
export type HintAction =
  | { readonly type: 'click' }
  | { readonly type: 'focus' }
  | { readonly type: 'fill'; readonly value: string };

/** Outcome of `verify` across a message boundary: an element is named by a selector that is unique now. */
export type VerifyResult =
  | {
      readonly outcome: 'found';
      readonly selector: string;
      readonly confidence: number;
      readonly found_by: SelectorKind | 'identity';
      /** The recorded selector that led to it, if one did. */
      readonly by_selector?: string;
      readonly ms: number;
      readonly acted: boolean;
      /** The control as it is now, where it has changed. */
      readonly changed_to?: ElementForm;
    }
  | { readonly outcome: Exclude<VerifyOutcome, 'found'>; readonly reason: string; readonly ms: number };

export interface HintsForTab {
  readonly page_match: string;
  /** Share of the SimHash bits in which the page agrees with the state that is known; null: there is none. */
  readonly page_similarity: number | null;
  /** How to find controls, best first. */
  readonly hints: readonly BestSelectorHint[];
  /** What to wait for before a control is used; `element` tells which. */
  readonly waits: readonly WaitConditionHint[];
  /** What using a control does. */
  readonly safe_ops: readonly SafeOpsHint[];
  /** What was done here again and again, best first; see `stepHint`. */
  readonly recipes: readonly RecipeHint[];
  /**
   * Who answered: the server, this browser with what the server answered before, or without a network the domain's signed bundle.
   */
  readonly from: 'server' | 'cache' | 'bundle' | 'none';
  /** How long ago the server said so, in ms. */
  readonly age_ms: number;
  readonly lookup_ms: number;
}

export interface DeliveryStatus extends OutboxCounts {
  readonly artifacts_waiting: number;
  /** How many failed for good, by why; their calls went without them, and an event says so of each. */
  readonly artifacts_failed: Readonly<Record<string, number>>;
  /** Why nothing is being sent now, and until when (ms since 1970), if so. */
  readonly paused?: { readonly code: string; readonly reason: string; readonly until?: number };
}

export interface Status {
  readonly recording: boolean;
  readonly reason?: string;
  readonly server_url: string;
  readonly run_id?: string;
  readonly delivery: DeliveryStatus;
  /** Items that went without some of their content, since it could not be scrubbed. */
  readonly withheld: number;
  /** Messages to the background that no content script of ours would send. */
  readonly refused: number;
  /** Bundles of hints that were not used, by why. */
  readonly bundles_refused: Readonly<Record<string, number>>;
  /** False where the browser withholds pages: these are not recorded, and no pictures are made. */
  readonly reads_all_pages: boolean;
}

/** What went from this browser, and the session whose rows the server may still have. */
export interface Erased {
  readonly items: number;
  readonly dead_letters: number;
  readonly artifacts: number;
  readonly hints: number;
  /** Of hints, for use without a network. */
  readonly bundles: number;
  readonly session_id?: string;
}

/** Sent by popup, options and a host extension's own pages. */
export type AdminMessage =
  | { readonly type: 'status' }
  | { readonly type: 'set_recording'; readonly enabled: boolean }
  | { readonly type: 'get_settings' }
  | { readonly type: 'save_settings'; readonly settings: Record<string, unknown> }
  | { readonly type: 'flush' }
  /** Removes all that this browser holds of what was recorded; answered with `Erased`. */
  | { readonly type: 'erase' }
  /** Answered with `DeadLetter[]`, oldest first. */
  | { readonly type: 'dead_letters' }
  /** All where none are named. Answered with how many went back into the queue. */
  | { readonly type: 'retry_dead_letters'; readonly uuids?: readonly string[] }
  | { readonly type: 'hints'; readonly tab_id: number }
  | { readonly type: 'verify'; readonly tab_id: number; readonly hint: BestSelectorHint; readonly action?: HintAction };

/** An answer across the message boundary: exceptions do not survive it, so failures are values. */
export type Answer<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: string };
