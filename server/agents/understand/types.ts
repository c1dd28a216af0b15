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

/** An element as a server's words identify it, without a DOM. */
export interface ElementSeen {
  readonly role?: string;
  readonly name?: string;
  /** In Playwright's syntax. */
  readonly locator?: string;
}

/** What a call told about page and element: parts of a recorded tool call. */
export interface Understood {
  readonly page?: { readonly url: string; readonly title?: string };
  readonly element?: ElementSeen;
  /** The agent has just been shown a page: the moment for hints. */
  readonly shows?: 'navigation' | 'snapshot';
  /** The call failed because its element was not there. */
  readonly notFound?: boolean;
}

/** Stateful, one a session: refs live for one snapshot. */
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
  /** Added to tools/list. */
  tools(): readonly unknown[];
  /** Answers the added tools itself; undefined for all others. */
  call(name: string, args: unknown): Promise<unknown> | undefined;
  /** A result with content or _meta added, or undefined to leave it untouched. */
  amend(
    call: ToolCallSeen,
    result: ToolResultSeen,
    understood: Understood,
  ): Promise<Record<string, unknown> | undefined>;
}
