import type { ElementIdentity, SelectorCandidate } from '../protocol/schema.ts';

/** Bounds on what is read of a page, in UTF-16 units. */
export const MAX_TITLE_CHARS = 1000;
export const MAX_RAW_URL_CHARS = 16_384;
/** 400 elements with a few attributes of at most 64 characters each. */
export const MAX_SEQUENCE_CHARS = 256 * 1024;
export const MAX_LABEL_CHARS = 1200;

/** A page as it was read: raw, bounded, nothing of masked elements. To be sealed before it is stored or sent anywhere. */
export interface ObservedPage {
  readonly title: string;
  /** Address of the canonical link. */
  readonly canonical?: string | undefined;
  /** See `topSequence`. */
  readonly sequence: string;
}

/** Each is the best of several: where scrubbing drops one, the next best stands in for it. */
export interface ObservedChoices extends Pick<ElementIdentity, 'test_id' | 'within'> {
  readonly candidates: readonly SelectorCandidate[];
}

/** A control as it was read: raw, bounded, empty where it is masked. To be sealed before it is stored or sent anywhere. */
export interface ObservedElement
  extends Pick<
    ElementIdentity,
    | 'tag'
    | 'role'
    | 'type'
    | 'id'
    | 'name_attr'
    | 'href'
    | 'classes'
    | 'landmark'
    | 'index'
    | 'count'
    | 'told'
    | 'path'
    | 'shadow'
    | 'box'
  > {
  readonly name: string;
  readonly text: string;
  readonly label: string;
  readonly near: string;
  readonly heading: string;
  readonly marks: string;
  readonly before: string;
  readonly after: string;
  readonly placeholder?: string | undefined;
  readonly choices: ObservedChoices;
  /** What is told instead of `choices` if sealing would drop any of those; only where the reader doubted one. */
  readonly plain?: ObservedChoices | undefined;
}
