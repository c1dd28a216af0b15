import type { measure } from './capture_page.ts';
import { percentile, rounded } from './percentile.ts';

export type Measured = ReturnType<typeof measure>;

export const median = (ms: readonly number[]): number => percentile([...ms], 0.5);

/** Of each control the median of the loads. */
export const medians = (loads: readonly (readonly number[])[]): number[] =>
  loads[0]!.map((_, at) => median(loads.map((ms) => ms[at]!)));

/** All that was measured in several loads of one page. */
export function pooled(loads: readonly Measured[]): Measured {
  const all = (name: 'page_ms' | 'step_ms' | 'element_ms' | 'rrweb_ms' | 'finder_ms'): number[] =>
    loads.flatMap((load) => load[name]);
  return {
    nodes: loads[0]!.nodes,
    page_ms: all('page_ms'),
    step_ms: all('step_ms'),
    first_element_ms: median(loads.map(({ first_element_ms }) => first_element_ms ?? 0)),
    element_ms: all('element_ms'),
    rrweb_ms: all('rrweb_ms'),
    finder_ms: all('finder_ms'),
  };
}

/** How many times as long a snapshot of the page by rrweb takes as to read it and an element for their signatures. */
export const ratio = ({ page_ms, element_ms, rrweb_ms }: Measured): number =>
  median(rrweb_ms) / (median(page_ms) + (element_ms.length ? median(element_ms) : 0));

export const figures = ({ nodes, page_ms, step_ms, first_element_ms, element_ms, rrweb_ms, finder_ms }: Measured) => ({
  nodes,
  page_ms_p50: rounded(median(page_ms)),
  page_ms_p95: rounded(percentile([...page_ms], 0.95)),
  longest_step_ms: rounded(Math.max(0, ...step_ms)),
  first_element_ms: first_element_ms === undefined ? null : rounded(first_element_ms),
  element_ms_p50: rounded(median(element_ms)),
  element_ms_p95: rounded(percentile([...element_ms], 0.95)),
  rrweb_ms: rounded(median(rrweb_ms)),
  finder_ms: rounded(median(finder_ms)),
});
