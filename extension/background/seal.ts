import { budgeted } from '../../shared/privacy/budget.ts';
import { fullScrub } from '../../shared/privacy/full-scrub.ts';
import { scrub as pageScrub, type Scrub } from '../../shared/privacy/scrub.ts';
import {
  type Content,
  ITEM_BUDGET_CHARS,
  type ScrubbedItem,
  scrubItem,
  withoutContent,
} from '../../shared/privacy/scrub-item.ts';
import { scrubJson } from '../../shared/privacy/scrub-json.ts';
import { SCRUBBED } from '../../shared/privacy/scrubbed.ts';
import type { Taint } from '../../shared/privacy/taint.ts';
import { scrubUrl } from '../../shared/privacy/url.ts';
import { MAX_ERROR_CHARS } from '../../shared/protocol/limits.ts';
import type { ElementSignature, PageSignature } from '../../shared/protocol/schema.ts';
import type { HashKey } from '../../shared/signature/hash.ts';
import type { ObservedElement, ObservedPage } from '../../shared/signature/observed.ts';
import { sealElement } from '../../shared/signature/seal-element.ts';
import { sealPage } from '../../shared/signature/seal-page.ts';

/** The parts of a captured call or event that hold what a page or a person wrote, raw. */
export interface RawContent extends Pick<Content, 'error_msg' | 'input_json' | 'output_json' | 'data'> {
  readonly url: string;
  readonly page?: ObservedPage | undefined;
  readonly element?: ObservedElement | undefined;
}

export type Sealed<T extends RawContent> = Omit<T, 'page' | 'element'> & {
  readonly page_signature?: PageSignature;
  readonly element_signatures?: [ElementSignature];
};

export interface Seals {
  readonly key: HashKey;
  readonly taint: Pick<Taint, 'scrub'>;
  /** Characters looked at, before and again after sealing. */
  readonly budget?: number;
}

/**
 * A capture as it may be stored: scrubbed of what was typed and of what the page set of detectors finds, then hashed, so that hashes
 * compare with those that a page makes itself; then what is still text is scrubbed with all detectors. Never throws: what cannot be
 * scrubbed goes without its content.
 */
export function sealItem<T extends RawContent>(
  captured: T,
  { key, taint, budget = ITEM_BUDGET_CHARS }: Seals,
): ScrubbedItem<Sealed<T>> {
  // Typed text first: a detector that took a part of it away would hide the rest.
  const full: Scrub = (text) => (text === SCRUBBED ? text : fullScrub(taint.scrub(text)));
  const { page, element, ...item } = captured;
  try {
    const { url, error_msg, data } = item;
    const scrub = budgeted((text) => pageScrub(taint.scrub(text)), budget);
    const ctx = { key, scrub };
    const sealed = {
      ...item,
      url: url && scrubUrl(url, undefined, scrub),
      ...(error_msg === undefined ? {} : { error_msg: scrub(error_msg).slice(0, MAX_ERROR_CHARS) }),
      ...(data === undefined ? {} : { data: scrubJson(data, scrub) }),
      ...(page ? { page_signature: sealPage(page, url, { ...ctx, scrubTitle: full }) } : {}),
      ...(element ? { element_signatures: [sealElement(element, ctx)] } : {}),
    };
    return scrubItem(sealed as unknown as Sealed<T>, full, budget);
  } catch {
    return { item: withoutContent(item) as unknown as Sealed<T>, withheld: true };
  }
}
