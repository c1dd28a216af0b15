import type { IngestItem } from '../../../shared/protocol/schema.ts';
import { openAgent } from '../advise/open_agent.ts';
import { openSpans } from '../otel/open_spans.ts';
import { careful } from './careful.ts';
import { createComplaints } from './complaints.ts';
import { createBridge } from './http/bridge.ts';
import { createForward } from './http/forward.ts';
import { listen } from './http/listen.ts';
import { createServe } from './http/serve.ts';
import { openRecording } from './open_recording.ts';
import type { RecordingChoice } from './options.ts';
import { createSession, type SessionDeps } from './session.ts';
import { type OnSignal, runStdio } from './stdio/run_stdio.ts';
import { spawnUpstream } from './stdio/spawn_upstream.ts';
import type { UpstreamEnd } from './upstream.ts';

/** Shells say so of a program that is not there. */
const NOT_FOUND_CODE = 127;
const STOP_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Where the server is: a command that speaks on stdio, or an address. */
export type Behind =
  | { readonly command: readonly string[] }
  | { readonly url: URL; readonly headers: Readonly<Record<string, string>> };

export interface McpOptions extends RecordingChoice {
  readonly behind: Behind;
  /** Serves HTTP in place of stdio. */
  readonly listenOn?:
    | { readonly host: string; readonly port: number; readonly allowedOrigins: readonly string[] }
    | undefined;
}

const onSignal: OnSignal = (signals, listener) => {
  for (const signal of signals) process.on(signal, listener);
  return () => {
    for (const signal of signals) process.off(signal, listener);
  };
};

/** Runs the proxy until it is told to end or its server has ended, and answers the exit code; a signal ends this process by itself. */
export async function runMcp({
  behind,
  listenOn,
  mode,
  to,
  redact,
  config,
  advice,
  artifacts,
}: McpOptions): Promise<number> {
  const complaints = createComplaints((line) => process.stderr.write(line));
  if (mode !== 'off' && !to) complaints.tell('no_key', 'nothing is recorded: give a key with --key or LASKOBOT_KEY');
  const tell = (item: IngestItem): void => recording?.tell(item);
  const command = 'url' in behind ? [] : behind.command;
  const { sign, createUnderstanding, createAdvice } = openAgent({ mode, to, command, config, advice, tell, fetch });
  const recording = mode !== 'off' && to ? openRecording({ ...to, complaints, fetch, sign, artifacts }) : undefined;
  const spans = mode === 'off' ? undefined : await openSpans(process.env);
  const session: SessionDeps = {
    watchers: [...(recording?.watchers ?? []), ...(spans ? [spans] : [])],
    createUnderstanding: careful(createUnderstanding, complaints),
    createAdvice,
    redact,
    now: Date.now,
  };
  const end = await (listenOn ? serveHttp : serveStdio)({ behind, session, complaints, listenOn });
  await Promise.all([recording?.close(), spans?.close()]);
  return exitCodeOf(end, behind);
}

interface Serving extends Pick<McpOptions, 'behind' | 'listenOn'> {
  readonly session: SessionDeps;
  readonly complaints: ReturnType<typeof createComplaints>;
}

function serveStdio({ behind, session, complaints }: Serving): Promise<UpstreamEnd> {
  const upstream =
    'url' in behind
      ? createBridge({ target: behind.url, headers: behind.headers, complaints })
      : spawnUpstream(behind.command, process.env);
  const client = { input: process.stdin, output: process.stdout };
  return runStdio({ upstream, client, session, complaints, onSignal });
}

async function serveHttp({ behind, session, complaints, listenOn }: Serving): Promise<UpstreamEnd> {
  const deps = {
    createSession: (toServer: SessionDeps['toServer']) => createSession({ ...session, toServer }),
    now: Date.now,
    complaints,
  };
  const served =
    'url' in behind
      ? createForward({ ...deps, target: behind.url, headers: behind.headers })
      : createServe({ ...deps, start: () => spawnUpstream(behind.command, process.env) });
  const listening = await listen(served.answer, listenOn!);
  process.stderr.write(`laskobot-runs mcp: listening on ${listening.url}/mcp\n`);
  await new Promise<NodeJS.Signals>((resolve) => {
    onSignal(STOP_SIGNALS, resolve);
  });
  served.endAll('stopped');
  await listening.close();
  return { kind: 'exited', code: 0 };
}

function exitCodeOf(end: UpstreamEnd, behind: Behind): number {
  switch (end.kind) {
    case 'exited':
      return end.code;
    case 'signalled':
      process.kill(process.pid, end.signal);
      return 1;
    case 'not_started': {
      const what = 'url' in behind ? behind.url.origin : behind.command[0];
      process.stderr.write(`laskobot-runs mcp: ${what} could not be started: ${end.reason}\n`);
      return NOT_FOUND_CODE;
    }
  }
}
