/** What stands in a page of the uplift bench, beside and unseen by the extension: which control a step is about, and what it touched. */
import { type Box, overlap } from '../../../shared/signature/overlap.ts';
import { SAME_OVERLAP } from '../same_overlap.ts';

let labelled: (Element | null)[] = [];
let wanted: number | undefined;
let touches: boolean[] = [];

const byXpath = (xpath: string): Element | null =>
  document.evaluate(xpath, document, null, XPathResult.FIRST_ORDERED_NODE_TYPE, null).singleNodeValue as Element | null;

/** Finds the labelled controls, then removes the attributes that they were labelled by. Numbers of those that name nothing. */
export function label(xpaths: readonly (string | null)[], hide: readonly string[]): number[] {
  labelled = xpaths.map((xpath) => (xpath === null ? null : byXpath(xpath)));
  for (const name of hide)
    for (const element of document.querySelectorAll(`[${CSS.escape(name)}]`)) element.removeAttribute(name);
  return xpaths.flatMap((xpath, at) => (xpath !== null && !labelled[at] ? [at] : []));
}

export const control = (at: number): Element | null => labelled[at] ?? null;

/** Whether a user could use it now. */
export const shown = (at: number): boolean => {
  const element = labelled[at];
  return element?.isConnected === true && element.checkVisibility({ visibilityProperty: true });
};

/** A step about this control begins. */
export function want(at: number): void {
  wanted = at;
  touches = [];
}

/** Of each touch since then whether it was of the control. */
export const touched = (): boolean[] => touches;

const boxOf = (element: Element): Box => {
  const { left, top, width, height } = element.getBoundingClientRect();
  return [left, top, width, height];
};

function within(outer: Element, inner: Element): boolean {
  for (let at: Node | null = inner; at; at = at.parentNode ?? (at as ShadowRoot).host ?? null)
    if (at === outer) return true;
  return false;
}

function touch(event: Event): void {
  const target = event.composedPath()[0];
  if (wanted === undefined || !(target instanceof Element)) return;
  const right = labelled[wanted];
  touches.push(right != null && (within(right, target) || overlap(boxOf(right), boxOf(target)) >= SAME_OVERLAP));
}

for (const type of ['pointerdown', 'keydown', 'change'])
  window.addEventListener(
    type,
    (event) => {
      // Playwright chooses in a list by script; a change of any other field follows its keys.
      if (type !== 'change' || event.target instanceof HTMLSelectElement) touch(event);
    },
    { capture: true, passive: true },
  );

/** A script goes on with its next step on this page: other documents are not what is measured. */
window.addEventListener(
  'click',
  (event) => {
    const link = event.composedPath().find((one) => one instanceof HTMLAnchorElement);
    const leaves = ({ href }: HTMLAnchorElement) => !href.startsWith(`${location.href.split('#')[0]}#`);
    if (link?.hasAttribute('href') && leaves(link)) event.preventDefault();
  },
  { capture: true },
);
window.addEventListener('submit', (event) => event.preventDefault(), { capture: true });

let changed = performance.now();
new MutationObserver(() => {
  changed = performance.now();
}).observe(document, { childList: true, characterData: true, subtree: true });

/** For how long nodes and texts have not changed, in ms. */
export const quietMs = (): number => performance.now() - changed;
