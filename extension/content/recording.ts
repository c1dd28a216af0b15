import { queryAll } from '../../shared/dom/unclobbered.ts';
import { createDoubt } from '../../shared/privacy/doubt.ts';
import type { Masked } from '../../shared/privacy/masked.ts';
import { createMasking } from '../../shared/privacy/masking.ts';
import { withTestIds } from '../../shared/signature/context.ts';
import { prepareSigning } from '../../shared/signature/prepare.ts';
import { readClosedShadows } from '../../shared/signature/roots.ts';
import type {
  BackgroundMessage,
  ContentMessage,
  PageReport,
  RecordingState,
  Refusal,
  ReportAnswer,
} from '../messages.ts';
import { onMessage } from './api.ts';
import type { isOrphaned, send } from './bridge.ts';
import { captureClicks } from './capture/click.ts';
import { captureErrors } from './capture/errors.ts';
import { captureNavigation, shownAt } from './capture/navigation.ts';
import { captureScrolls } from './capture/scroll.ts';
import { captureSelects } from './capture/select.ts';
import { captureSubmits } from './capture/submit.ts';
import { captureTyping } from './capture/typing.ts';
import { follow } from './follow/follow.ts';
import { inIdleTime } from './in_idle_time.ts';
import { readShadow, readsCheaply } from './read_shadow.ts';
import { createRecorder, type Recorder } from './recorder.ts';
import { createTyped } from './typed.ts';
import { toolUnderWay } from './under_way.ts';
import { uuid } from './uuid.ts';

/** What is typed is told after this long without a key, or with the next capture; in ms. */
const TELL_TYPED_MS = 200;

const now = (): number => performance.timeOrigin + performance.now();

type RecordingOn = RecordingState & { readonly recording: true };

/** How the page's scripts reach the background. */
export interface Link {
  readonly send: typeof send;
  readonly isOrphaned: typeof isOrphaned;
  /** Of this document, by which the page's own world hands its errors over. */
  readonly errorEvent: string;
}

interface Recording {
  readonly stop: AbortController;
  readonly recorder: Recorder;
  readonly masked: Masked;
  readonly testIdAttributes: readonly string[];
  readonly textKey: string;
  /** What a tool types next, so that it is taken out of all that follows. */
  readonly typed: (texts: readonly string[]) => void;
  /** Undefined where the page cannot be read. */
  readonly report: () => ReportAnswer | undefined;
  readonly state: RecordingOn;
  readonly link: Link;
}
let recording: Recording | undefined;
let listening = false;

/** The recording of this document, while there is one. */
export const currentRecording = (): Recording | undefined => recording;

type Listener = (text: string) => void;
const listeners = new Set<Listener>();
/** The newest texts typed in this document; the background knows what is older. */
const MAX_RECENT = 100;
let recent: string[] = [];

/** Calls back with what was typed last in this document, and with whatever is typed while it is recorded. Returns how to stop. */
export function onTypedHere(listener: Listener): () => void {
  for (const text of recent) listener(text);
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Fields looked at for what was typed before recording began. */
const MAX_FIELDS = 1000;
/** Fields that the user, not a script, has changed; scripts fill fields with what their pages say everywhere. */
const TYPED_INTO =
  ':is(input:not([type=checkbox],[type=radio],[type=button],[type=submit],[type=reset],[type=hidden]),textarea):is(:user-valid,:user-invalid,:focus)';

/** What the user typed before recording began, as far as it still stands there. */
function* typedBefore(): Generator<[Element, string]> {
  const fields = [...queryAll(document, TYPED_INTO)].slice(0, MAX_FIELDS) as (HTMLInputElement | HTMLTextAreaElement)[];
  for (const field of fields) if (field.value && field.value !== field.defaultValue) yield [field, field.value];
}

function start(state: RecordingOn, loaded: boolean, link: Link): void {
  const stop = new AbortController();
  const { signal } = stop;
  const { capture, masking } = state;
  readClosedShadows(readShadow, readsCheaply());
  const { masked } = createMasking(masking, document);
  const testIdAttributes = withTestIds(masking.test_ids);
  const doubt = createDoubt();
  const typed = createTyped(doubt);
  let telling: ReturnType<typeof setTimeout> | undefined;
  const tell = (message: ContentMessage): void => {
    clearTimeout(telling);
    if (link.isOrphaned()) stop.abort();
    if (signal.aborted) return;
    if (typed.tooMuch()) {
      recorder.lost(message);
      return;
    }
    const taken = typed.taking();
    void link.send<Partial<Refusal>>({ ...message, ...typed.texts() }).then((answer) => {
      if (answer !== undefined && !answer.refused) taken();
      else recorder.lost(message);
    });
  };
  const tellTyped = (): void => {
    if (typed.waiting()) tell({ type: 'typed' });
  };
  const type = (place: Element | symbol, text: string): void => {
    const known = typed.add(place, text);
    recent = [...recent, ...known].slice(-MAX_RECENT);
    for (const listener of listeners) for (const each of known) listener(each);
  };
  const onTyped = (field: Element, text: string): void => {
    type(field, text);
    clearTimeout(telling);
    telling = setTimeout(tellTyped, TELL_TYPED_MS);
  };
  const followed = follow(
    {
      document,
      now,
      since: loaded ? shownAt() : undefined,
      tell: (data) =>
        tell({
          type: 'event',
          event: {
            event_uuid: uuid(),
            name: 'call.effects',
            occurred_at: new Date(now()).toISOString(),
            url: recorder.url(),
            data,
          },
        }),
    },
    signal,
  );
  const reading = { masked, keeps: () => true, doubtful: doubt.doubts, testIdAttributes };
  const recorder = createRecorder({
    document,
    follow: followed,
    reading,
    strict: masking.strict,
    now,
    tellCall: (call, lost) => tell({ type: 'call', call, ...(lost > 0 ? { lost } : {}) }),
    tellEvent: (event) => tell({ type: 'event', event }),
  });
  const report = (): PageReport | undefined => {
    const page = recorder.page();
    return page && { url: recorder.url(), page };
  };
  for (const [field, text] of typedBefore()) onTyped(field, text);
  let preparing = new AbortController();
  const onPage = (): void => {
    const told = report();
    if (told) tell({ type: 'page', report: told });
    preparing.abort();
    preparing = new AbortController();
    inIdleTime(prepareSigning(document, reading), AbortSignal.any([signal, preparing.signal]));
  };
  const captured: Recorder = {
    ...recorder,
    begin: (name, details) =>
      toolUnderWay() && (details.input as { trusted?: boolean } | undefined)?.trusted === false
        ? undefined
        : recorder.begin(name, details),
  };
  // A frame's own loads are the page's doing; what happens inside it is recorded like everything else.
  if (window.top === window) captureNavigation(recorder, { now, onPage, onAddress: followed.moved, loaded }, signal);
  captureClicks(captured, signal);
  captureTyping(captured, { now, onTyped }, signal);
  captureSelects(captured, signal);
  captureSubmits(captured, signal);
  if (capture.scroll) captureScrolls(recorder, now, signal);
  if (capture.errors) captureErrors(recorder, { now, errorEvent: link.errorEvent }, signal);
  const onLeave = (): void => {
    recorder.finishAll();
    followed.leave();
    const lost = recorder.takeLost();
    if (window.top === window || lost > 0) tell({ type: 'leave', lost });
  };
  window.addEventListener('pagehide', onLeave, { capture: true, signal });
  recording = {
    stop,
    recorder,
    masked,
    testIdAttributes,
    textKey: state.text_key,
    typed(texts) {
      for (const text of texts) type(Symbol(), text);
      tellTyped();
    },
    report() {
      const told = report();
      return told && { ...told, ...typed.texts() };
    },
    state,
    link,
  };
  if (!listening)
    onMessage<BackgroundMessage>((message) =>
      message.type === 'report_page' ? Promise.resolve(recording?.report()) : undefined,
    );
  listening = true;
}

/** What records a document; the loader keeps it from pages that are not recorded. */
export const recordings = {
  /** Ends what is recorded, if anything is, and begins anew. `loaded`: recording begins with the document. */
  start(state: RecordingOn, loaded: boolean, link: Link): void {
    recording?.stop.abort();
    start(state, loaded, link);
  },
  stop(): void {
    recording?.stop.abort();
    recording = undefined;
  },
  /** `document.open()` takes all listeners of a document and its window away. */
  restart(): void {
    if (!recording) return;
    const { state, link } = recording;
    // What was typed before must not be forgotten with the rest.
    recording.typed([]);
    recordings.start(state, false, link);
  },
  onTyped: onTypedHere,
} as const;
export type Recordings = typeof recordings;
