import { sha256Hex } from '../sha256.ts';

/** What a control is known by on its page, in one of its forms. */
export interface Form {
  readonly selector_norm: string;
  readonly attr_fingerprint_hash: string;
}

/** What tells steps apart beside page and control. */
export interface StepDetails {
  readonly tool: string;
  /** Done several times in a row. */
  readonly repeat?: true;
  readonly scroll?: true;
  /** Arguments that the tool takes, by name. */
  readonly params: readonly string[];
  /** Arguments that are either true or false. */
  readonly flags: Readonly<Record<string, boolean>>;
}

/** 16 hex digits; `form` is the first of the control's joined forms, undefined for the page as a whole. */
export const controlKey = (pageKey: string, form: Form | undefined): string =>
  short(JSON.stringify([pageKey, form?.selector_norm, form?.attr_fingerprint_hash]));

export const stepKey = (control: string, { tool, repeat, scroll, params, flags }: StepDetails): string =>
  short(JSON.stringify([control, tool, repeat ?? false, scroll ?? false, params, Object.entries(flags).sort()]));

const short = (text: string): string => sha256Hex(text).slice(0, 16);

export interface SequenceKeys {
  /** 32 hex digits */
  readonly key: string;
  /** Of the same without the last step, and without the first; null for a single step. */
  readonly prefix_key: string | null;
  readonly suffix_key: string | null;
}

export function sequenceKeys(steps: readonly string[]): SequenceKeys {
  const of = (part: readonly string[]): string | null => (part.length ? sequenceKey(part) : null);
  return { key: sequenceKey(steps), prefix_key: of(steps.slice(0, -1)), suffix_key: of(steps.slice(1)) };
}

export const sequenceKey = (steps: readonly string[]): string => sha256Hex(steps.join(' ')).slice(0, 32);
