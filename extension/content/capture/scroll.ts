import type { Pending, Recorder } from '../recorder.ts';

/** A scroll has ended after this long without an event, in ms. */
const IDLE_MS = 250;

/** How far down the content is, from 0 at the top to 1 at the end. */
function depthOf(box: Element): number {
  const room = box.scrollHeight - box.clientHeight;
  return room > 0 ? Math.round((box.scrollTop / room) * 100) / 100 : 0;
}

/** Scrolling of the page or of a box in it: one call from the first event until it rests. */
export function captureScrolls(recorder: Recorder, signal: AbortSignal): void {
  const scrolling = new Map<
    Element,
    { call: Pending; input: Record<string, unknown>; idle?: ReturnType<typeof setTimeout> }
  >();
  // The first event comes when the box has moved already: where it was is known from the time before.
  const depths = new WeakMap<Element, number>();
  const pageBox = (): Element => document.scrollingElement ?? document.documentElement;
  depths.set(pageBox(), depthOf(pageBox()));
  const onScroll = (event: Event): void => {
    const target = event.composedPath()[0];
    const page = pageBox();
    const box = target instanceof Element ? target : page;
    let state = scrolling.get(box);
    if (!state) {
      const input: Record<string, unknown> = { from: depths.get(box) ?? 0 };
      const call = recorder.begin('dom.scroll', { element: box === page ? undefined : box, input });
      if (!call) return;
      state = { call, input };
      scrolling.set(box, state);
    }
    const { call, input } = state;
    input.to = depthOf(box);
    clearTimeout(state.idle);
    state.idle = setTimeout(() => {
      scrolling.delete(box);
      depths.set(box, depthOf(box));
      call.finish();
    }, IDLE_MS);
  };
  window.addEventListener('scroll', onScroll, { capture: true, passive: true, signal });
}
