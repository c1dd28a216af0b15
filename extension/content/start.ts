import { createDoubt } from '../../shared/privacy/doubt.ts';
import type { Masked } from '../../shared/privacy/masked.ts';
import { createMasking } from '../../shared/privacy/masking.ts';
import { readClosedShadows } from '../../shared/signature/roots.ts';
import type {
  BackgroundMessage,
  ContentMessage,
  PageReport,
  RecordingState,
  Refusal,
  ReportAnswer,
  Viewport,
} from '../messages.ts';
import { onMessage } from './api.ts';
import { isOrphaned, send } from './bridge.ts';
import { captureClicks } from './capture/click.ts';
import { captureErrors } from './capture/errors.ts';
import { captureNavigation } from './capture/navigation.ts';
import { captureScrolls } from './capture/scroll.ts';
import { captureSelects } from './capture/select.ts';
import { captureSubmits } from './capture/submit.ts';
import { captureTyping } from './capture/typing.ts';
import { onRewritten, whenShown } from './life.ts';
import { readShadow, readsCheaply } from './read_shadow.ts';
import { createRecorder, type Recorder } from './recorder.ts';
import { createTyped } from './typed.ts';
import { toolUnderWay } from './under_way.ts';

/** What is typed is told after this long without a key, or with the next capture; in ms. */
const TELL_TYPED_MS = 200;

const now = (): number => performance.timeOrigin + performance.now();
const viewport = (): Viewport => ({
  viewport_w: window.innerWidth,
  viewport_h: window.innerHeight,
  dpr: window.devicePixelRatio,
});

interface Recording {
  readonly stop: AbortController;
  readonly recorder: Recorder;
  readonly masked: Masked;
  readonly textKey: string;
  /** What a tool types next, so that it is taken out of all that follows. */
  readonly typed: (texts: readonly string[]) => void;
  /** Undefined where the page cannot be read. */
  readonly report: () => ReportAnswer | undefined;
  /** What the background said, for noticing that nothing changed. */
  readonly state: string;
}
let recording: Recording | undefined;

/** The recording of this document, while there is one. */
export const currentRecording = (): Recording | undefined => recording;

const listeners: ((text: string) => void)[] = [];
/** Calls back with whatever is typed while this document is recorded. */
export const onTypedHere = (listener: (text: string) => void): unknown => listeners.push(listener);

function start(state: RecordingState & { recording: true }, loaded: boolean): void {
  const stop = new AbortController();
  const { signal } = stop;
  const { capture, masking } = state;
  const { masked } = createMasking(masking, document);
  const doubt = createDoubt();
  const typed = createTyped(doubt);
  let telling: ReturnType<typeof setTimeout> | undefined;
  const tell = (message: ContentMessage): void => {
    clearTimeout(telling);
    if (isOrphaned()) stop.abort();
    if (signal.aborted) return;
    if (typed.tooMuch()) {
      recorder.lost(message);
      return;
    }
    const taken = typed.taking();
    void send<Partial<Refusal>>({ ...message, ...typed.texts() }).then((answer) => {
      if (answer !== undefined && !answer.refused) taken();
      else recorder.lost(message);
    });
  };
  const tellTyped = (): void => {
    if (typed.waiting()) tell({ type: 'typed' });
  };
  const type = (place: Element | symbol, text: string): void => {
    typed.add(place, text);
    for (const listener of listeners) listener(text);
  };
  const onTyped = (field: Element, text: string): void => {
    type(field, text);
    clearTimeout(telling);
    telling = setTimeout(tellTyped, TELL_TYPED_MS);
  };
  const recorder = createRecorder({
    document,
    reading: { masked, keeps: () => true, doubtful: doubt.doubts },
    strict: masking.strict,
    now,
    tellCall: (call) => tell({ type: 'call', call }),
    tellEvent: (event) => tell({ type: 'event', event }),
  });
  const report = (): PageReport | undefined => {
    const page = recorder.page();
    return page && { url: recorder.url(), page };
  };
  const onPage = (): void => {
    const told = report();
    if (told) tell({ type: 'page', report: told });
  };
  const captured: Recorder = {
    ...recorder,
    begin: (name, details) =>
      toolUnderWay() && (details.input as { trusted?: boolean } | undefined)?.trusted === false
        ? undefined
        : recorder.begin(name, details),
  };
  // A frame's own loads are the page's doing; what happens inside it is recorded like everything else.
  if (window.top === window) captureNavigation(recorder, { now, onPage, loaded }, signal);
  captureClicks(captured, signal);
  captureTyping(captured, { now, onTyped }, signal);
  captureSelects(captured, signal);
  captureSubmits(captured, signal);
  if (capture.scroll) captureScrolls(recorder, now, signal);
  if (capture.errors) captureErrors(recorder, signal);
  const onLeave = (): void => {
    recorder.finishAll();
    if (window.top === window) tell({ type: 'leave' });
  };
  window.addEventListener('pagehide', onLeave, { capture: true, signal });
  recording = {
    stop,
    recorder,
    masked,
    textKey: state.text_key,
    typed(texts) {
      for (const text of texts) type(Symbol(), text);
      tellTyped();
    },
    report() {
      const told = report();
      return told && { ...told, ...typed.texts() };
    },
    state: JSON.stringify(state),
  };
}

/** `document.open()` takes all listeners of a document and its window away. */
function restart(): void {
  if (!recording) return;
  // What was typed before must not be forgotten with the rest.
  recording.typed([]);
  recording.stop.abort();
  start(JSON.parse(recording.state) as RecordingState & { recording: true }, false);
}

async function hello(loaded: boolean): Promise<void> {
  const state = await send<RecordingState>({ type: 'hello', viewport: viewport() });
  if (recording?.state === JSON.stringify(state)) return;
  recording?.stop.abort();
  recording = undefined;
  if (state?.recording) start(state, loaded);
}

/** Records this document, from the moment that the background says so. Call it once in a content script. */
export function startContent(): void {
  readClosedShadows(readShadow, readsCheaply());
  onMessage<BackgroundMessage>((message) => {
    switch (message.type) {
      case 'settings_changed':
        return hello(false).then(() => true);
      case 'report_page':
        return Promise.resolve(recording?.report());
      default:
        return undefined;
    }
  });
  void whenShown(document).then(() => {
    void hello(true);
    onRewritten(document, () => {
      restart();
    });
  });
  // What was said may have changed while the page was kept in the back/forward cache.
  window.addEventListener('pageshow', ({ persisted }) => {
    if (persisted) void hello(false);
  });
}
