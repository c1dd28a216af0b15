import { meetHost, rootsAround } from '../../../shared/signature/roots.ts';

/**
 * Listens at the window, before the page's own handlers, for events and the element that each was meant for. A closed shadow root
 * hides what happens in it: where the window is told of its host only, the root itself is listened to for this one event. An event
 * that was the host's own does not pass its root, and is told when it comes back up, or when it ended.
 */
export function onTarget<E extends Event>(
  types: readonly string[],
  signal: AbortSignal,
  told: (event: E, target: EventTarget) => void,
): void {
  const capture = { capture: true, passive: true } as const;

  function within(event: E, target: EventTarget): void {
    const root = target instanceof Element ? meetHost(target) : null;
    if (root?.mode !== 'closed') {
      told(event, target);
      return;
    }
    const found = new AbortController();
    const until = AbortSignal.any([signal, found.signal]);
    const settle = (inner?: E): void => {
      if (until.aborted) return;
      found.abort();
      if (inner) within(inner, inner.composedPath()[0] ?? target);
      else told(event, target);
    };
    root.addEventListener(event.type, (inner) => settle(inner as E), { ...capture, signal: until });
    target.addEventListener(event.type, () => settle(), { passive: true, signal: until });
    setTimeout(settle);
  }

  for (const type of types)
    window.addEventListener(
      type,
      (event) => {
        const [target] = event.composedPath();
        if (target) within(event as E, target);
      },
      { ...capture, signal },
    );
}

/** By these a shadow root shows that somebody is in it. */
const SIGNS = ['pointerdown', 'focusin', 'wheel', 'click'];

/** The same for events that do not leave the shadow root they happen in, from the first sign of anybody in it. */
export function onInnerTarget<E extends Event>(
  types: readonly string[],
  signal: AbortSignal,
  told: (event: E, target: EventTarget) => void,
): void {
  const known = new WeakSet<Node>();
  onTarget<E>(types, signal, told);
  onTarget(SIGNS, signal, (_event, target) => {
    if (!(target instanceof Element)) return;
    for (const root of rootsAround(target)) {
      if (known.has(root)) continue;
      known.add(root);
      for (const type of types)
        root.addEventListener(type, (event) => told(event as E, event.composedPath()[0] ?? root), {
          capture: true,
          passive: true,
          signal,
        });
    }
  });
}
