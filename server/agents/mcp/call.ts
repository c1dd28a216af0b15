import type { Taint } from '../../../shared/privacy/taint.ts';
import type { ToolResultSeen, Understood } from '../understand/types.ts';
import type { Traceparent } from './traceparent.ts';

/** What one session of an MCP client recorded is part of. */
export interface RunInfo {
  readonly run_id: string;
  readonly session_id: string;
  /** ms since 1970 */
  readonly startedAt: number;
  /** The trace that the first call with one is part of. */
  readonly root_request_id?: string | undefined;
  /** What ran the tools, and the revision of the protocol that both sides agreed on. */
  readonly server_version?: string | undefined;
  readonly proto_version?: string | undefined;
}

export type CallOutcome =
  /** The tool answered; `isError` of the result says whether it failed. */
  | { readonly kind: 'answered'; readonly result: ToolResultSeen }
  | { readonly kind: 'refused'; readonly code: number | undefined; readonly message: string }
  | { readonly kind: 'cancelled'; readonly reason: string | undefined }
  /** The session ended before an answer came. */
  | { readonly kind: 'unanswered' };

/** A call from its request to its outcome, as it was said: nothing of it is scrubbed yet. */
export interface FinishedCall {
  readonly run: RunInfo;
  readonly seq: number;
  readonly event_uuid: string;
  readonly tool: string;
  readonly args: Readonly<Record<string, unknown>>;
  /** ms since 1970 */
  readonly startedAt: number;
  readonly endedAt: number;
  readonly traceparent: Traceparent | undefined;
  readonly understood: Understood;
  readonly outcome: CallOutcome;
  /** What was typed in the session, by this call too. */
  readonly typed: TypedTexts;
}

/** What was typed: `taint` finds its echoes, `exactly` is for what is too short to be looked for anywhere. */
export interface TypedTexts {
  readonly taint: Pick<Taint, 'scrub'>;
  readonly exactly: ReadonlySet<string>;
}

/** Told of what happens in sessions; must neither throw nor wait. */
export interface Watcher {
  began?(run: RunInfo): void;
  finished(call: FinishedCall): void;
  ended?(run: RunInfo, status: 'completed' | 'failed' | 'partial', endedAt: number): void;
}
