import { PAGE_ERROR_EVENT } from '../../messages.ts';
import type { Recorder } from '../recorder.ts';

interface PageError {
  readonly kind: 'error' | 'unhandledrejection';
  readonly message: string;
}

function parse(detail: unknown): PageError | undefined {
  if (typeof detail !== 'string' || detail.length > 8000) return undefined;
  try {
    const { kind, message } = JSON.parse(detail) as Partial<PageError>;
    if (kind !== 'error' && kind !== 'unhandledrejection') return undefined;
    return { kind, message: String(message) };
  } catch {
    return undefined;
  }
}

/** Uncaught errors of the page. An action that is under way when the page throws has failed. */
export function captureErrors(recorder: Recorder, signal: AbortSignal): void {
  const told = ({ kind, message }: PageError): void => {
    recorder.failRecent(message);
    recorder.event('page.error', () => ({ kind, message: recorder.errorText(message) }));
  };
  window.addEventListener(
    'error',
    (event) => {
      if (event.target === window) told({ kind: 'error', message: event.message });
    },
    { signal },
  );
  window.addEventListener(
    'unhandledrejection',
    ({ reason }) =>
      told({ kind: 'unhandledrejection', message: reason instanceof Error ? reason.message : typeof reason }),
    { signal },
  );
  // At the window: a page can hide the document's own `addEventListener` behind an image of that name.
  window.addEventListener(
    PAGE_ERROR_EVENT,
    (event) => {
      const error = parse((event as CustomEvent<unknown>).detail);
      if (error) told(error);
    },
    { capture: true, signal },
  );
}
