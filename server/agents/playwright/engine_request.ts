import type { ElementSignature, PageSignature } from '../../../shared/protocol/schema.ts';
import type { Target } from '../../../shared/signature/recorded-selectors.ts';

/** Name of the selector engine; its selectors are `laskobot=` and an encoded request. */
export const ENGINE = 'laskobot';

interface Reading {
  /** What was typed in the run, in compact form: taken out of all that is read. */
  readonly typed: readonly string[];
  readonly testIds: readonly string[];
}

/** 128-bit keys of the hashes, 32 hex digits each: of the file of identities, and of the project where there is a server. */
export interface Keys {
  readonly local: string;
  readonly project?: string;
}

/** Reads the document (`page`), or the control that the engine is chained to and its document (`sign`). */
export interface ReadRequest extends Reading {
  readonly do: 'page' | 'sign';
  readonly keys: Keys;
}

/** Tells what a target resolves to (`look`), selects it (`act`), or tells whether the engine is chained to it (`same`). */
export interface LookRequest extends Reading {
  readonly do: 'look' | 'act' | 'same';
  /** Key of the target's hashes. */
  readonly key: string;
  readonly target: Target;
}

export type EngineRequest = ReadRequest | LookRequest;

export interface SignedPage {
  /** Scrubbed. */
  readonly url: string;
  readonly url_norm: string;
  readonly page?: PageSignature;
}

export interface Signed extends SignedPage {
  readonly local: ElementSignature;
  readonly project?: ElementSignature;
}

export type Looked =
  | {
      readonly outcome: 'found';
      readonly confidence: number;
      readonly found_by: string;
      readonly by_selector?: string;
      /** CSS path to the element, for one picture. */
      readonly path: string;
    }
  | { readonly outcome: 'not_found' | 'ambiguous' | 'identity_mismatch'; readonly reason: string };

/** A request as a selector; in base64url, since selectors split at quotes and angle brackets. */
export const engineSelector = (request: EngineRequest): string =>
  `${ENGINE}=${Buffer.from(JSON.stringify(request)).toString('base64url')}`;
