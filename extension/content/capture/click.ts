import { controlOf } from '../../../shared/signature/index.ts';
import type { Recorder } from '../recorder.ts';
import { afterPaint } from '../settled.ts';

/** Clicks, also those that a script or a keyboard made. Signed before the page's own handlers change anything. */
export function captureClicks(recorder: Recorder, signal: AbortSignal): void {
  const onClick = (event: MouseEvent): void => {
    const target = event.composedPath()[0];
    if (!(target instanceof Element)) return;
    const call = recorder.begin('dom.click', {
      element: controlOf(target),
      input: { button: event.button, trusted: event.isTrusted },
    });
    if (call) afterPaint(() => call.finish());
  };
  window.addEventListener('click', onClick, { capture: true, passive: true, signal });
}
