import type { Recorder } from '../recorder.ts';
import { afterPaint } from '../settled.ts';
import { onInnerTarget } from './target.ts';

export function captureSubmits(recorder: Recorder, signal: AbortSignal): void {
  onInnerTarget<SubmitEvent>(['submit'], signal, (event, element) => {
    if (!(element instanceof Element)) return;
    const call = recorder.begin('dom.submit', { element, input: { trusted: event.isTrusted } });
    if (call) afterPaint(() => call.finish());
  });
}
