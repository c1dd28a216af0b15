import type { Recorder } from '../recorder.ts';
import { afterPaint } from '../settled.ts';

export function captureSubmits(recorder: Recorder, signal: AbortSignal): void {
  const onSubmit = (event: SubmitEvent): void => {
    const element = event.composedPath()[0];
    if (!(element instanceof Element)) return;
    const call = recorder.begin('dom.submit', { element, input: { trusted: event.isTrusted } });
    if (call) afterPaint(() => call.finish());
  };
  window.addEventListener('submit', onSubmit, { capture: true, passive: true, signal });
}
