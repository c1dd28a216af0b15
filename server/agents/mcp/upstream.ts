import type { Readable, Writable } from 'node:stream';

/** How an upstream ended. `not_started`: there is no such program, or it may not be run. */
export type UpstreamEnd =
  | { readonly kind: 'exited'; readonly code: number }
  | { readonly kind: 'signalled'; readonly signal: NodeJS.Signals }
  | { readonly kind: 'not_started'; readonly reason: string };

/** An MCP server as newline-delimited JSON, wherever it runs. */
export interface Upstream {
  readonly input: Writable;
  readonly output: Readable;
  readonly ended: Promise<UpstreamEnd>;
  stop(signal: NodeJS.Signals): void;
}
