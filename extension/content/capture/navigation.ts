import type { Recorder } from '../recorder.ts';
import { domQuiet } from '../settled.ts';

export type NavigationKind = 'load' | 'reload' | 'traverse' | 'push' | 'replace' | 'hash';

/** What TypeScript's DOM library does not have yet: https://html.spec.whatwg.org/#navigation-interface */
interface NavigationApi extends EventTarget {}
interface EntryChange extends Event {
  readonly navigationType: 'push' | 'replace' | 'traverse' | 'reload' | null;
}

function loadKind(): NavigationKind {
  const [entry] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
  if (entry?.type === 'reload') return 'reload';
  return entry?.type === 'back_forward' ? 'traverse' : 'load';
}

/** When the document had loaded, ms since 1970; now, where it has not yet. */
function loadedAt(now: () => number): number {
  const [entry] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
  return entry && entry.loadEventEnd > 0 ? performance.timeOrigin + entry.loadEventEnd : now();
}

const withoutHash = (url: string): string => url.replace(/#.*$/, '');

/** When the document became what the user sees, ms since 1970: a prerendered one was loaded before. */
export function shownAt(): number {
  const [entry] = performance.getEntriesByType('navigation') as (PerformanceNavigationTiming & {
    readonly activationStart?: number;
  })[];
  return performance.timeOrigin + (entry?.activationStart ?? 0);
}

export interface NavigationDeps {
  readonly now: () => number;
  /** The page is there, or another state of it. */
  readonly onPage: () => void;
  /** The address changed and the document stayed. */
  readonly onAddress: () => void;
  /** Recording began with the document: its load is told. False where it was turned on later. */
  readonly loaded: boolean;
}

/**
 * The load of this document, and every change of address inside it (history.pushState, hash, back and forward). Told once the DOM
 * is quiet, so that the signature is that of the page as it can be used.
 */
export function captureNavigation(
  recorder: Recorder,
  { now, onPage, onAddress: told, loaded }: NavigationDeps,
  signal: AbortSignal,
): void {
  let url = document.location.href;
  /** Of the newest change of address: a page may make hundreds while it settles. */
  let settling = new AbortController();
  /** When the first of those began that were not told. */
  let since: number | undefined;

  async function navigated(kind: NavigationKind, started_at: number): Promise<void> {
    const arrivedAt = document.location.href;
    settling.abort();
    settling = new AbortController();
    const waiting = AbortSignal.any([signal, settling.signal]);
    since ??= now();
    const changedAt = await domQuiet(document, now, { signal: waiting, since });
    if (waiting.aborted || document.location.href !== arrivedAt) return;
    since = undefined;
    const ended_at = changedAt ?? (started_at === shownAt() ? loadedAt(now) : started_at);
    recorder.begin('browser.navigate', { started_at, input: { kind } })?.finish({ ended_at });
    onPage();
  }

  function onAddress(type: EntryChange['navigationType']): void {
    const { href } = document.location;
    if (href === url) return;
    const onlyHash = withoutHash(href) === withoutHash(url);
    url = href;
    told();
    void navigated(onlyHash ? 'hash' : (type ?? 'push'), now());
  }

  const navigation = (globalThis as { navigation?: NavigationApi }).navigation;
  navigation?.addEventListener('currententrychange', (event) => onAddress((event as EntryChange).navigationType), {
    signal,
  });
  window.addEventListener('popstate', () => onAddress('traverse'), { signal });
  window.addEventListener('hashchange', () => onAddress('push'), { signal });
  window.addEventListener('pageshow', (event) => event.persisted && void navigated('traverse', now()), { signal });
  if (loaded) void navigated(loadKind(), shownAt());
  else onPage();
}
