import type { OpClass, WaitSignal } from '../../shared/protocol/schema.ts';
import type { Sketch } from './sketch.ts';

/** Uses of a control by what followed; one use may count several times. */
export interface Follows {
  readonly uses: number;
  readonly nothing: number;
  readonly same_document: number;
  readonly load: number;
  readonly downloads: number;
  readonly dialogs: number;
  /** Requests, not uses. */
  readonly changes: number;
  readonly deletes: number;
  readonly unseen_requests: number;
  readonly confirmed: number;
}

export interface SignalEvidence {
  readonly enough: number;
  readonly tooSoon: number;
}

/** What is known of how a control is used, on all states of its page and in all its forms. */
export interface ControlUses {
  readonly follows: Follows;
  /** The worst that was ever seen to follow. */
  readonly worst: OpClass;
  /** What is independent: what one instance told on one day counts once. */
  readonly votes: number;
  /** Of these, by their age. */
  readonly weight: number;
  readonly days: number;
  readonly requests: readonly { readonly method: string; readonly path: string; readonly count: number }[];
  readonly signals: ReadonlyMap<WaitSignal, SignalEvidence>;
  readonly waits: ReadonlyMap<WaitSignal, Sketch>;
  /** The longest wait until it could be used, in ms, without the voter, and without the key, that told the longest; null where one alone did. */
  readonly others_longest: number | null;
  /** Of the project, 32 hex digits. */
  readonly textKey: string;
}
