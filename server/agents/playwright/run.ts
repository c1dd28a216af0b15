import { v7 as uuidv7 } from 'uuid';
import type { FileClient } from '../../../shared/client/file/file_client.ts';
import { fullScrub } from '../../../shared/privacy/full-scrub.ts';
import { type Content, scrubItem } from '../../../shared/privacy/scrub-item.ts';
import { createTaint } from '../../../shared/privacy/taint.ts';
import { MAX_ERROR_CHARS } from '../../../shared/protocol/limits.ts';
import type { ElementSignature, IngestItem, PageSignature, RunStatus } from '../../../shared/protocol/schema.ts';

declare const __VERSION__: string;
const PROTO_VERSION = '1';

export interface RunDeps {
  /** Absent: nothing is sent. */
  readonly client: Pick<FileClient, 'enqueue'> | undefined;
  readonly session_id: string;
  readonly instance_id: string;
  readonly now: () => number;
}

export interface DoneCall {
  readonly tool_name: string;
  readonly event_uuid: string;
  readonly started: number;
  readonly tab_id: string;
  readonly url: string | undefined;
  readonly input: Readonly<Record<string, unknown>>;
  readonly error: unknown;
  readonly page: PageSignature | undefined;
  readonly element: ElementSignature | undefined;
}

/** Colours of a terminal, in Playwright's messages. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they begin with one
const COLOURS = /\u001b\[\d*m/g;

const messageOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).replace(COLOURS, '').slice(0, 4 * MAX_ERROR_CHARS);

/** One run: the calls of one test, or of one script. What was typed in it is taken out of all that it tells. */
export function createRun({ client, session_id, instance_id, now }: RunDeps) {
  const run_id = uuidv7();
  const taint = createTaint();
  const started_at = iso(now());
  let seq = 0;
  let queued: Promise<unknown> = Promise.resolve();

  const put = (item: IngestItem): void => {
    if (client) queued = queued.then(() => client.enqueue(item)).catch(() => undefined);
  };
  const clean = <T extends Content>(item: T): T => scrubItem(item, (text) => fullScrub(taint.scrub(text))).item;
  const told = (status: RunStatus, ended?: number): IngestItem => ({
    kind: 'run',
    run_id,
    session_id,
    instance_id,
    status,
    started_at,
    ...(ended === undefined ? {} : { ended_at: iso(ended) }),
    server_version: `playwright ${__VERSION__}`,
    proto_version: PROTO_VERSION,
  });

  put({ kind: 'session', session_id, started_at });
  put({ kind: 'instance', instance_id, session_id });
  put(told('running'));

  return {
    run_id,
    typed: (text: string): boolean => taint.add(text),
    typedForms: taint.forms,
    call({ tool_name, event_uuid, started, tab_id, url, input, error, page, element }: DoneCall): void {
      const content = clean({
        ...(url === undefined ? {} : { url }),
        input_json: input,
        ...(error === undefined ? {} : { error_msg: messageOf(error) }),
        ...(page && { page_signature: page }),
        ...(element && { element_signatures: [element] }),
      });
      const { url: at, ...rest } = content;
      put({
        kind: 'tool_call',
        context: { run_id, session_id, instance_id, tab_id, ...(at === undefined ? {} : { url: at }) },
        tool_name,
        seq: seq++,
        event_uuid,
        started_at: iso(started),
        ended_at: iso(Math.max(started, now())),
        success: error === undefined,
        ...rest,
      });
    },
    event(name: string, data: Readonly<Record<string, unknown>>): void {
      put({
        kind: 'event',
        context: { run_id, session_id, instance_id },
        name,
        event_uuid: uuidv7(),
        occurred_at: iso(now()),
        ...clean({ data }),
      });
    },
    /** Tells how it ended, and waits until all of it is in the outbox. */
    async end(status: RunStatus): Promise<void> {
      put(told(status, now()));
      await queued;
    },
  };
}

export type Run = ReturnType<typeof createRun>;

const iso = (ms: number): string => new Date(ms).toISOString();
