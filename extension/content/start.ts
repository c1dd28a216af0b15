import type { BackgroundMessage, RecordingState, Viewport } from '../messages.ts';
import { onMessage } from './api.ts';
import { isOrphaned, send } from './bridge.ts';
import { onRewritten, whenShown } from './life.ts';
import type { Recordings } from './recording.ts';
import { uuid } from './uuid.ts';

const viewport = (): Viewport => ({
  viewport_w: window.innerWidth,
  viewport_h: window.innerHeight,
  dpr: window.devicePixelRatio,
});

/** A content script comes at the load of its document; this long after it, in ms, the extension came to a document that was there. */
const LATE_MS = 10_000;

function comesLate(): boolean {
  const [navigation] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
  const loaded = navigation?.loadEventEnd ?? 0;
  return loaded > 0 && performance.now() - loaded > LATE_MS;
}

/**
 * Asks the background whether this document is recorded, again whenever that may have changed, and starts and stops what records.
 * @param recorder what records, once it is there: where the answer is yes, the background has brought it before it answers
 */
export function startLoader(recorder: () => Recordings | undefined): void {
  // Now: a prerendered document may be shown much later.
  const late = comesLate();
  /** What the background said last, for noticing that nothing changed. */
  let said = '';

  /** By which the page's world hands over its errors, and whether it does. */
  const errorEvent = uuid();
  let relayed = false;

  async function hello(loaded: boolean): Promise<void> {
    const ready = recorder() !== undefined;
    const relay = relayed ? {} : { error_event: errorEvent };
    const state = await send<RecordingState>({ type: 'hello', viewport: viewport(), ready, ...relay });
    relayed ||= state?.recording === true && state.capture.errors;
    const recording = recorder();
    const saying = recording && state ? JSON.stringify(state) : '';
    if (said === saying) return;
    said = saying;
    if (state?.recording) recording?.start(state, loaded, { send, isOrphaned, errorEvent });
    else recording?.stop();
  }

  onMessage<BackgroundMessage>((message) =>
    message.type === 'settings_changed' ? hello(false).then(() => true) : undefined,
  );
  void whenShown(document).then(() => {
    void hello(!late);
    onRewritten(document, () => recorder()?.restart());
  });
  // What was said may have changed while the page was kept in the back/forward cache.
  window.addEventListener('pageshow', ({ persisted }) => {
    if (persisted) void hello(false);
  });
}
