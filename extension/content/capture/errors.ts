import { createRate } from '../rate.ts';
import type { Recorder } from '../recorder.ts';

/** Errors that a page may cause, which it can at will: they must not take the room of what the user does, nor fail all of it. */
const RATE = { burst: 20, perSecond: 0.5 };

export interface ErrorDeps {
  readonly now: () => number;
  /** By which the page's own world hands its errors over. */
  readonly errorEvent: string;
}

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
export function captureErrors(recorder: Recorder, { now, errorEvent }: ErrorDeps, signal: AbortSignal): void {
  const withinRate = createRate(RATE, now);
  const told = ({ kind, message }: PageError): void => {
    if (!withinRate()) {
      recorder.suppress();
      return;
    }
    recorder.failRecent(message);
    recorder.event('page.error', () => ({ kind, message: recorder.errorText(message) }));
  };
  window.addEventListener(
    'error',
    (event) => {
      if (event.isTrusted && event.target === window) told({ kind: 'error', message: event.message });
    },
    { signal },
  );
  window.addEventListener(
    'unhandledrejection',
    ({ isTrusted, reason }) => {
      if (isTrusted)
        told({ kind: 'unhandledrejection', message: reason instanceof Error ? reason.message : typeof reason });
    },
    { signal },
  );
  // At the window: a page can hide the document's own `addEventListener` behind an image of that name.
  window.addEventListener(
    errorEvent,
    (event) => {
      const error = parse((event as CustomEvent<unknown>).detail);
      if (error) told(error);
    },
    { capture: true, signal },
  );
}
