import type { Recorder } from '../recorder.ts';
import { afterPaint } from '../settled.ts';
import { onTarget } from './target.ts';

/** Clicks, also those that a script or a keyboard made. Signed before the page's own handlers change anything. */
export function captureClicks(recorder: Recorder, signal: AbortSignal): void {
  onTarget<MouseEvent>(['click'], signal, (event, target) => {
    if (!(target instanceof Element)) return;
    const call = recorder.begin('dom.click', {
      element: target,
      input: { button: event.button, trusted: event.isTrusted },
    });
    if (call) afterPaint(() => call.finish());
  });
}
