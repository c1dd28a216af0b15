import type { Pending, Recorder } from '../recorder.ts';
import { onInnerTarget } from './target.ts';

/** A scroll has ended after this long without an event, in ms. */
const IDLE_MS = 250;
/** How often a box is measured while it scrolls, in ms: each time the page may have to be laid out. */
const MEASURE_MS = 100;

interface Scrolling {
  readonly call: Pending;
  readonly input: Record<string, unknown>;
  /** Where the box was before, in CSS pixels. */
  readonly top: number;
  last: number;
  measured: number;
}

/** How far down the content is, from 0 at the top to 1 at the end. */
function depthOf(box: Element): number {
  const room = box.scrollHeight - box.clientHeight;
  return room > 0 ? Math.round((box.scrollTop / room) * 100) / 100 : 0;
}

/** How far the box moved, downwards, in heights of what is seen of it. */
function screensFrom(top: number, box: Element): number {
  return box.clientHeight > 0 ? Math.round(((box.scrollTop - top) / box.clientHeight) * 100) / 100 : 0;
}

/** Scrolling of the page or of a box in it: one call from the first event until it rests. */
export function captureScrolls(recorder: Recorder, now: () => number, signal: AbortSignal): void {
  const scrolling = new Map<Element, Scrolling>();
  // The first event comes when the box has moved already: where it was is known from the time before.
  const places = new WeakMap<Element, { readonly depth: number; readonly top: number }>();
  const placeOf = (box: Element) => ({ depth: depthOf(box), top: box.scrollTop });
  const pageBox = (): Element => document.scrollingElement ?? document.documentElement;
  places.set(pageBox(), placeOf(pageBox()));

  function measure(box: Element, { input, top }: Scrolling): void {
    input.to = depthOf(box);
    input.screens = screensFrom(top, box);
  }

  function endWhenIdle(box: Element, state: Scrolling): void {
    const idle = now() - state.last;
    if (idle < IDLE_MS) {
      setTimeout(() => endWhenIdle(box, state), IDLE_MS - idle);
      return;
    }
    scrolling.delete(box);
    measure(box, state);
    places.set(box, placeOf(box));
    state.call.finish();
  }

  onInnerTarget(['scroll'], signal, (_event, target) => {
    const page = pageBox();
    const box = target instanceof Element ? target : page;
    const at = now();
    let state = scrolling.get(box);
    if (!state) {
      const { depth, top } = places.get(box) ?? { depth: 0, top: 0 };
      const input: Record<string, unknown> = { from: depth };
      const call = recorder.begin('dom.scroll', { element: box === page ? undefined : box, input });
      if (!call) return;
      state = { call, input, top, last: at, measured: Number.NEGATIVE_INFINITY };
      scrolling.set(box, state);
      setTimeout(endWhenIdle, IDLE_MS, box, state);
    }
    state.last = at;
    if (at - state.measured < MEASURE_MS) return;
    state.measured = at;
    measure(box, state);
  });
}
