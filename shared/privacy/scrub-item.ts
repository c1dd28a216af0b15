import { MAX_ERROR_CHARS } from '../protocol/limits.ts';
import type { ElementSignature, PageSignature } from '../protocol/schema.ts';
import { budgeted } from './budget.ts';
import type { Scrub } from './scrub.ts';
import { scrubJson } from './scrub-json.ts';
import { scrubElement, scrubPage } from './scrub-signature.ts';
import { SCRUBBED } from './scrubbed.ts';
import { scrubUrl } from './url.ts';

/** Characters looked at for one item; the largest items that ingest takes have fewer, each field once. */
export const ITEM_BUDGET_CHARS = 512 * 1024;

/** The parts of a call or an event that hold what a page or a person wrote. */
export interface Content {
  readonly url?: string | undefined;
  readonly error_msg?: string | undefined;
  readonly input_json?: unknown;
  readonly output_json?: unknown;
  readonly data?: unknown;
  readonly page_signature?: PageSignature | undefined;
  readonly element_signatures?: readonly ElementSignature[] | undefined;
}

export interface ScrubbedItem<T> {
  readonly item: T;
  /** Scrubbing failed or ran out of its budget: the item is without its content. */
  readonly withheld: boolean;
}

/** Removes what a page or a person wrote, unread. */
export function withoutContent<T extends Content>(item: T): T {
  const { error_msg, input_json, output_json, data, page_signature, element_signatures, ...rest } = item;
  const left = { ...rest, ...(item.url === undefined ? {} : { url: '' }) };
  return (error_msg === undefined ? left : { ...left, error_msg: SCRUBBED }) as T;
}

/** Scrubs every field of a call or an event before it is stored. Never throws: what cannot be scrubbed goes without its content. */
export function scrubItem<T extends Content>(item: T, scrubber: Scrub, budget = ITEM_BUDGET_CHARS): ScrubbedItem<T> {
  const scrub = budgeted(scrubber, budget);
  const json = (field: 'input_json' | 'output_json' | 'data'): Content =>
    item[field] === undefined ? {} : { [field]: scrubJson(item[field], scrub) };
  try {
    const { url, error_msg, page_signature, element_signatures } = item;
    const clean = {
      ...item,
      ...(url === undefined ? {} : { url: url && scrubUrl(url, undefined, scrub) }),
      ...(error_msg === undefined ? {} : { error_msg: scrub(error_msg).slice(0, MAX_ERROR_CHARS) }),
      ...json('input_json'),
      ...json('output_json'),
      ...json('data'),
      ...(page_signature ? { page_signature: scrubPage(page_signature, scrub) } : {}),
      ...(element_signatures
        ? { element_signatures: element_signatures.map((signature) => scrubElement(signature, scrub)) }
        : {}),
    };
    return { item: clean, withheld: JSON.stringify(clean).includes(SCRUBBED) };
  } catch {
    return { item: withoutContent(item), withheld: true };
  }
}
