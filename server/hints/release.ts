import type { HintState } from '../../shared/protocol/schema.ts';

/** When a hint may be served, see README "How hints are made and trusted". */
export interface ReleasePolicy {
  /** Independent successes that make a hint active. */
  readonly minSuccesses: number;
  /** Days over which they must be spread. */
  readonly minDays: number;
  /** Days without any success after which a hint is retired; 0: never. */
  readonly decayDays: number;
  /** Days in which what was seen comes to weigh half; 0: never. */
  readonly halfLifeDays: number;
  /** API keys that must agree on what becomes of a hint, where as many told of its control; 1: any alone. */
  readonly minKeys: number;
}

/** What was sent with one key. */
export interface KeyVotes {
  readonly key_no: number;
  readonly ok: number;
  readonly bad: number;
}

/** What was seen, and what it weighs by its age. */
export interface Tally {
  readonly ok: number;
  readonly bad: number;
  readonly okWeight: number;
  readonly badWeight: number;
  readonly okDays: number;
  /** Empty where that is not kept. */
  readonly keys: readonly KeyVotes[];
}

/** What is independent: what one instance told on one day counts once, however often it told it. */
export interface Votes extends Tally {
  /** Instances (runs, where no instance was told) behind them. */
  readonly okVoters: number;
  readonly badVoters: number;
  /** Without those of the one who told most. */
  readonly okOthers: number;
  readonly badOthers: number;
}

export const NO_VOTES: Votes = {
  ok: 0,
  bad: 0,
  okWeight: 0,
  badWeight: 0,
  okDays: 0,
  keys: [],
  okVoters: 0,
  badVoters: 0,
  okOthers: 0,
  badOthers: 0,
};

export interface VersionFacts {
  readonly id: string;
  readonly version: number;
  readonly state: HintState;
  readonly superseded: boolean;
  /** Of this version's first choice while it was told. */
  readonly votes: Votes;
}

/** One hint: all versions of what is known about one control, oldest first. */
export interface LineageFacts {
  readonly versions: readonly VersionFacts[];
  /** Runs in which the control was used with success, as they were recorded. */
  readonly recorded: Tally;
  /** What pages reported of the newest version's first choice, in whatever version it was tried. */
  readonly choice: Votes;
  /** Instances that the project has, two at the most: with one alone there is nobody else to ask. */
  readonly instances: number;
  /** API keys that told anything of the control within the days that hints are kept: with one alone there is nobody else to ask. */
  readonly keys: number;
  /** API keys that send calls in the project, of whatever control. */
  readonly senders: number;
  readonly lastSuccessAt: Date | undefined;
  readonly decision: Decision | undefined;
}

/** What an operator decided. It binds until it is taken back. */
export type Decision = { readonly kind: 'pin'; readonly version: number } | { readonly kind: 'veto' };

/** Why a version changed its state. */
export const RELEASE_REASONS = [
  'created',
  'tried',
  'earned',
  'replaced',
  'worse_than_before',
  'failing',
  'forged',
  'restored',
  'not_seen',
  'joined',
  'held',
  'step_withdrawn',
  'pinned',
  'vetoed',
  'rolled_back',
  'automatic',
] as const;
export type ReleaseReason = (typeof RELEASE_REASONS)[number];

export interface Change {
  readonly id: string;
  readonly from: HintState;
  readonly to: HintState;
  readonly superseded: boolean;
  readonly reason: ReleaseReason;
  readonly detail: Readonly<Record<string, unknown>>;
}
