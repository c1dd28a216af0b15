import { boundedText } from '../../../shared/dom/bounded-text.ts';
import { createRate } from '../rate.ts';
import type { Pending, Recorder } from '../recorder.ts';
import { onTarget } from './target.ts';

/** Typing into one field is one call; it ends with the field's change, or after this long without a key, in ms. */
const IDLE_MS = 1500;
/** Longest text taken of an editor. */
const MAX_CHARS = 10_000;
/** Texts that scripts type are remembered one by one up to this rate; beyond it the last one of each of so many fields. */
const SCRIPTED = { burst: 100, perSecond: 20 };
const MAX_FIELDS = 200;

/** Told with every key, so that it can be taken out of whatever is captured next. */
export type OnTyped = (field: Element, text: string) => void;

function textOf(element: Element): string {
  const field = element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement;
  return field ? element.value : boundedText(element, MAX_CHARS).text;
}

/** That something was typed and where; never what, and never how long it was. */
export function captureTyping(
  recorder: Recorder,
  { now, onTyped }: { readonly now: () => number; readonly onTyped: OnTyped },
  signal: AbortSignal,
): void {
  const mayRemember = createRate(SCRIPTED, now);
  const later = new Set<Element>();
  const rememberLater = (element: Element): void => {
    if (later.size === 0)
      setTimeout(() => {
        for (const field of later) onTyped(field, textOf(field));
        later.clear();
      }, IDLE_MS);
    if (later.size < MAX_FIELDS) later.add(element);
  };
  let typing: { element: Element; call: Pending } | undefined;
  let idle: ReturnType<typeof setTimeout> | undefined;
  const end = (): void => {
    clearTimeout(idle);
    typing?.call.finish();
    typing = undefined;
  };
  onTarget(['input'], signal, (event, element) => {
    if (!(element instanceof Element) || element instanceof HTMLSelectElement) return;
    if (element instanceof HTMLInputElement && (element.type === 'checkbox' || element.type === 'radio')) return;
    if (event.isTrusted || mayRemember()) onTyped(element, textOf(element));
    else rememberLater(element);
    if (typing?.element !== element) {
      end();
      const call = recorder.begin('dom.type', { element, input: { trusted: event.isTrusted } });
      if (!call) return;
      typing = { element, call };
    }
    clearTimeout(idle);
    idle = setTimeout(end, IDLE_MS);
  });
  for (const type of ['change', 'focusout', 'submit'])
    window.addEventListener(type, end, { capture: true, passive: true, signal });
}
