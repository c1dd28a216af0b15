import type { ReadShadow } from '../../shared/signature/roots.ts';

interface ChromeDom {
  readonly chrome?: { readonly dom?: { openOrClosedShadowRoot(element: Element): ShadowRoot | null } };
}

/** Firefox has a getter, Chrome a call of the extension API. */
export const readsCheaply = (): boolean => 'openOrClosedShadowRoot' in Element.prototype;

/**
 * What browsers let content scripts, and only these, see of closed shadow roots:
 * https://developer.chrome.com/docs/extensions/reference/api/dom and https://developer.mozilla.org/docs/Web/API/Element/openOrClosedShadowRoot
 */
export const readShadow: ReadShadow = (element) => {
  const firefox = (element as { openOrClosedShadowRoot?: ShadowRoot | null }).openOrClosedShadowRoot;
  if (firefox !== undefined) return firefox;
  try {
    return (globalThis as ChromeDom).chrome?.dom?.openOrClosedShadowRoot(element) ?? null;
  } catch {
    return null; // An element that Chrome knows no shadow root of, as of SVG.
  }
};
