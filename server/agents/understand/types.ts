import type { SelectorCandidate } from '../../../shared/protocol/schema.ts';
import type { Snapshot } from './snapshot.ts';

export interface ToolCallSeen {
  readonly tool: string;
  readonly args: Readonly<Record<string, unknown>>;
}

export interface ToolResultSeen {
  readonly isError: boolean;
  readonly content: readonly unknown[];
  readonly structuredContent?: unknown;
  readonly _meta?: unknown;
}

/** An element as a server's words identify it, without a DOM: raw, to be sealed by `sign`. What is not known is left out. */
export interface ElementSeen {
  readonly role?: string;
  /** The whole accessible name. */
  readonly name?: string;
  /** Where only a part of the name is known. */
  readonly name_part?: string;
  readonly test_id?: { readonly attribute: string; readonly value: string };
  readonly placeholder?: string;
  readonly label?: string;
  /** Role of the landmark that it stands in, and the heading above. */
  readonly landmark?: string;
  readonly heading?: string;
  /** Names of the controls right before and after it. */
  readonly before?: string;
  readonly after?: string;
  /** 0-based place among those of its role and name, and how many there are. */
  readonly index?: number;
  readonly count?: number;
  /** In Playwright's syntax, as the extension writes them. */
  readonly candidates: readonly SelectorCandidate[];
  /** What the agent itself named it by, where that is a selector. */
  readonly target?: string;
}

export interface PageSeen {
  readonly url: string;
  readonly title?: string;
}

/** What a call told about page and element: parts of a recorded tool call. */
export interface Understood {
  /** The page that the call was made on. */
  readonly on?: PageSeen;
  /** The page that it left the agent on. */
  readonly page?: PageSeen;
  /** What it acted on; candidates are only those that were seen to name it. */
  readonly element?: ElementSeen;
  /** Further elements that the same call acted on, as a form's fields. */
  readonly also?: readonly ElementSeen[];
  /** The agent has just been shown a page: the moment for hints. */
  readonly shows?: 'navigation' | 'snapshot';
  /** The page as it was shown. */
  readonly snapshot?: Snapshot;
  /** The call failed because its element was not there. */
  readonly notFound?: boolean;
  /** What a ref that is gone stood for. */
  readonly meant?: ElementSeen;
}

/** Stateful, one a session: refs live for one snapshot. What `after` tells goes before what `before` told. */
export interface Understanding {
  /** Values that this call types: tainted from then on, before anything is written. */
  typedBy(call: ToolCallSeen): readonly string[];
  /** What is known before the call runs. */
  before(call: ToolCallSeen): Understood;
  after(call: ToolCallSeen, result: ToolResultSeen): Understood;
}

/** What a server said of itself; `tools` once it has listed them. */
export interface ServerSeen {
  readonly name: string;
  readonly version?: string | undefined;
  readonly tools?: readonly string[] | undefined;
}

export type CreateUnderstanding = (server: ServerSeen) => Understanding;

/** Changes what the agent sees; absent in mode record-only. */
export interface Advice {
  /** Added to tools/list, under names that the server's own tools leave free. */
  tools(taken: ReadonlySet<string>): readonly unknown[];
  /** Answers the added tools itself; undefined for all others. */
  call(name: string, args: unknown, taken: ReadonlySet<string>): Promise<Record<string, unknown>> | undefined;
  /** What of the result is another now, or undefined to leave it untouched. */
  amend(
    call: ToolCallSeen,
    result: ToolResultSeen,
    understood: Understood,
  ): Promise<Record<string, unknown> | undefined>;
}
