import type { Recorder } from '../recorder.ts';
import { afterPaint } from '../settled.ts';
import { onInnerTarget } from './target.ts';

/** A choice in a list; never which. */
export function captureSelects(recorder: Recorder, signal: AbortSignal): void {
  onInnerTarget(['change'], signal, (event, element) => {
    if (!(element instanceof HTMLSelectElement)) return;
    const call = recorder.begin('dom.select', {
      element,
      input: { multiple: element.multiple, trusted: event.isTrusted },
    });
    if (call) afterPaint(() => call.finish());
  });
}
