import type { BackgroundMessage, RecordingState, Viewport } from '../messages.ts';
import { onMessage } from './api.ts';
import { isOrphaned, send } from './bridge.ts';
import { onRewritten, whenShown } from './life.ts';
import type { Recordings } from './recording.ts';

const viewport = (): Viewport => ({
  viewport_w: window.innerWidth,
  viewport_h: window.innerHeight,
  dpr: window.devicePixelRatio,
});

/**
 * Asks the background whether this document is recorded, again whenever that may have changed, and starts and stops what records.
 * @param recorder what records, once it is there: where the answer is yes, the background has brought it before it answers
 */
export function startLoader(recorder: () => Recordings | undefined): void {
  /** What the background said last, for noticing that nothing changed. */
  let said = '';

  async function hello(loaded: boolean): Promise<void> {
    const ready = recorder() !== undefined;
    const state = await send<RecordingState>({ type: 'hello', viewport: viewport(), ready });
    const recording = recorder();
    const saying = recording && state ? JSON.stringify(state) : '';
    if (said === saying) return;
    said = saying;
    if (state?.recording) recording?.start(state, loaded, { send, isOrphaned });
    else recording?.stop();
  }

  onMessage<BackgroundMessage>((message) =>
    message.type === 'settings_changed' ? hello(false).then(() => true) : undefined,
  );
  void whenShown(document).then(() => {
    void hello(true);
    onRewritten(document, () => recorder()?.restart());
  });
  // What was said may have changed while the page was kept in the back/forward cache.
  window.addEventListener('pageshow', ({ persisted }) => {
    if (persisted) void hello(false);
  });
}
