import type { Pending, Recorder } from '../recorder.ts';

/** Typing into one field is one call; it ends with the field's change, or after this long without a key, in ms. */
const IDLE_MS = 1500;

/** Told with every key, so that it can be taken out of whatever is captured next. */
export type OnTyped = (field: Element, text: string) => void;

/** That something was typed and where; never what, and never how long it was. */
export function captureTyping(recorder: Recorder, onTyped: OnTyped, signal: AbortSignal): void {
  let typing: { element: Element; call: Pending } | undefined;
  let idle: ReturnType<typeof setTimeout> | undefined;
  const end = (): void => {
    clearTimeout(idle);
    typing?.call.finish();
    typing = undefined;
  };
  const onInput = (event: Event): void => {
    const element = event.composedPath()[0];
    if (!(element instanceof Element) || element instanceof HTMLSelectElement) return;
    if (element instanceof HTMLInputElement && (element.type === 'checkbox' || element.type === 'radio')) return;
    onTyped(element, (element as HTMLInputElement).value ?? element.textContent ?? '');
    if (typing?.element !== element) {
      end();
      const call = recorder.begin('dom.type', { element, input: { trusted: event.isTrusted } });
      if (!call) return;
      typing = { element, call };
    }
    clearTimeout(idle);
    idle = setTimeout(end, IDLE_MS);
  };
  window.addEventListener('input', onInput, { capture: true, passive: true, signal });
  for (const type of ['change', 'focusout', 'submit'])
    window.addEventListener(type, end, { capture: true, passive: true, signal });
}
