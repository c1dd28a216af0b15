import type { Hint, LookupResponse } from '../../shared/protocol/schema.ts';

/** What is the same for everybody who asks the same about a page. */
export interface FoundHints extends Pick<LookupResponse, 'page_match' | 'page_similarity' | 'bundle_version'> {
  /** Best first. */
  readonly hints: readonly Hint[];
}

/** An address of a project: publishing a hint changes what is found for one. */
export interface HintPage {
  readonly projectId: string;
  readonly urlNorm: string;
}

export interface HintKey extends HintPage {
  /** `hint:{project}:{page_sig}:{elem_sig}`, see `hintKey`. */
  readonly key: string;
}

export type CacheLayer = 'memory' | 'redis';

export type Cached =
  | { readonly layer: CacheLayer; readonly found: FoundHints }
  | {
      readonly layer: undefined;
      /** Keeps what was read after this miss, unless a hint of the page was published meanwhile. Never rejects. */
      readonly keep: (found: FoundHints) => Promise<void>;
    };

export interface CacheState {
  readonly layer: CacheLayer;
  /** Whether it answers. */
  readonly up: boolean;
  /** Answers held, where that is known. */
  readonly entries: number | undefined;
}

/** Answers to lookups that were given before. It may forget any of them at any time, and never rejects. */
export interface HintCache {
  get(key: HintKey): Promise<Cached>;
  /**
   * To be called when hints of these pages were published, withdrawn or erased, after the commit. Answers whether all that
   * instances share forgot them; else it is tried again as long as this process lives.
   */
  invalidate(pages: readonly HintPage[]): Promise<boolean>;
  /** Removes all that is held of a project; answers whether it could. */
  forgetProject(projectId: string): Promise<boolean>;
  state(): readonly CacheState[];
}
