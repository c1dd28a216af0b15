import type { Recorder } from '../recorder.ts';
import { afterPaint } from '../settled.ts';

/** A choice in a list; never which. */
export function captureSelects(recorder: Recorder, signal: AbortSignal): void {
  const onChange = (event: Event): void => {
    const element = event.composedPath()[0];
    if (!(element instanceof HTMLSelectElement)) return;
    const call = recorder.begin('dom.select', {
      element,
      input: { multiple: element.multiple, trusted: event.isTrusted },
    });
    if (call) afterPaint(() => call.finish());
  };
  window.addEventListener('change', onChange, { capture: true, passive: true, signal });
}
