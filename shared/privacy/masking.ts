import { matches } from '../dom/unclobbered.ts';
import { MASKED, type Masked, maskedBy, parentOrHost } from './masked.ts';

/**
 * What the user or an administrator wants of a site. What is typed or chosen is never read on any; `strict` is
 * `mask-unless-allowlisted`: no text or attribute of the page is read either, but inside what `allow` selects.
 */
export interface MaskingPolicy {
  readonly strict: boolean;
  /** CSS selectors that a strict site lets through; ones that do not parse let nothing through. */
  readonly allow: readonly string[];
  /** CSS selectors masked beside the marks of the page; one that does not parse masks everything. */
  readonly block: readonly string[];
}

export interface Masking {
  readonly masked: Masked;
  /** CSS of what is masked by a mark; undefined where that is not all, so that no picture may be made. */
  readonly selector: string | undefined;
}

function parses(selector: string, document: Document): boolean {
  try {
    document.createDocumentFragment().querySelector(selector);
    return selector.trim() !== '';
  } catch {
    return false;
  }
}

/** Also when the element stands in the shadow root of one that matches. */
function inside(element: Element, selector: string): boolean {
  for (let at: Element | null = element; at; at = parentOrHost(at)) if (matches(at, selector)) return true;
  return false;
}

export function createMasking({ strict, allow, block }: MaskingPolicy, document: Document): Masking {
  if (!block.every((selector) => parses(selector, document))) return { masked: () => true, selector: undefined };
  const selector = [MASKED, ...block].join();
  const marked = maskedBy(selector);
  if (!strict) return { masked: marked, selector };
  const allowed = allow.filter((one) => parses(one, document)).join();
  const masked: Masked = (element, known) => marked(element, known) || !allowed || !inside(element, allowed);
  return { masked, selector: undefined };
}
