import { createMasking, type MaskingPolicy } from '../../shared/privacy/masking.ts';
import { SCRUBBED, type Scrub, safely, scrub } from '../../shared/privacy/scrub.ts';
import { createTaint } from '../../shared/privacy/taint.ts';
import { scrubUrl } from '../../shared/privacy/url.ts';
import { parseHashKey } from '../../shared/signature/hash.ts';
import type { SignatureContext } from '../../shared/signature/index.ts';
import { readClosedShadows } from '../../shared/signature/roots.ts';
import type { BackgroundMessage, ContentMessage, RecordingState, Viewport } from '../messages.ts';
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
  readonly signature: SignatureContext;
  readonly masking: MaskingPolicy;
  readonly textKey: string;
  /** What is typed next, so that it is taken out of all that follows. */
  readonly typed: (texts: readonly string[]) => void;
  /** What the background said, for noticing that nothing changed. */
  readonly state: string;
}
let recording: Recording | undefined;

/** The recording of this document, while there is one. */
export const currentRecording = (): Recording | undefined => recording;

function start(state: RecordingState & { recording: true }, loaded: boolean): void {
  const stop = new AbortController();
  const { signal } = stop;
  const { capture, masking } = state;
  const taint = createTaint();
  const clean: Scrub = safely((text) => scrub(taint.scrub(text)));
  const { masked } = createMasking(masking, document);
  const signature: SignatureContext = { key: parseHashKey(state.text_key), scrub: clean, masked };
  const post = (message: ContentMessage): void => {
    if (isOrphaned()) stop.abort();
    else void send(message);
  };
  /** Typed and not told yet, by field. */
  const untold = new Map<Element, string>();
  let telling: ReturnType<typeof setTimeout> | undefined;
  const tellTyped = (): void => {
    clearTimeout(telling);
    if (untold.size > 0) post({ type: 'typed', texts: [...untold.values()] });
    untold.clear();
  };
  const onTyped = (field: Element, text: string): void => {
    taint.add(text);
    untold.set(field, text);
    clearTimeout(telling);
    telling = setTimeout(tellTyped, TELL_TYPED_MS);
  };
  const tell = (message: ContentMessage): void => {
    tellTyped();
    post(message);
  };
  const recorder = createRecorder({
    document,
    signature,
    scrubUrl: (url) => scrubUrl(url, undefined, clean),
    scrubError: masking.strict ? () => SCRUBBED : clean,
    now,
    tellCall: (call) => tell({ type: 'call', call }),
    tellEvent: (event) => tell({ type: 'event', event }),
  });
  const onPage = (): void => {
    const page = recorder.signedPage();
    if (page) tell({ type: 'page', url: recorder.currentUrl(), page });
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
  const typed = (texts: readonly string[]): void => {
    for (const text of texts) taint.add(text);
    if (texts.length > 0) post({ type: 'typed', texts });
  };
  recording = { stop, recorder, signature, masking, textKey: state.text_key, typed, state: JSON.stringify(state) };
}

/** `document.open()` takes all listeners of a document and its window away. */
function restart(): void {
  if (!recording) return;
  recording.stop.abort();
  start(JSON.parse(recording.state) as RecordingState & { recording: true }, false);
}

async function hello(loaded: boolean): Promise<void> {
  const state = await send<RecordingState>({
    type: 'hello',
    url: scrubUrl(document.location.href),
    viewport: viewport(),
  });
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
      case 'report_page': {
        const page = recording?.recorder.signedPage();
        return Promise.resolve(page && { url: recording?.recorder.currentUrl(), page });
      }
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
