import type { IngestItem } from '../../../shared/protocol/schema.ts';
import { openAgent } from '../advise/open_agent.ts';
import { careful } from './careful.ts';
import { createComplaints } from './complaints.ts';
import { openRecording } from './open_recording.ts';
import type { RecordingChoice } from './options.ts';
import type { SessionDeps } from './session.ts';
import { runStdio } from './stdio/run_stdio.ts';
import { type ChildEnd, NOT_FOUND_CODE } from './stdio/spawn_server.ts';

export interface McpOptions extends RecordingChoice {
  readonly command: readonly string[];
}

const onSignal = (signals: readonly NodeJS.Signals[], listener: (signal: NodeJS.Signals) => void): (() => void) => {
  for (const signal of signals) process.on(signal, listener);
  return () => {
    for (const signal of signals) process.off(signal, listener);
  };
};

/** Runs the proxy until its server has ended, and answers the exit code; a signal that ended the server ends this process too. */
export async function runMcp({ command, mode, to, redact, config, advice }: McpOptions): Promise<number> {
  const complaints = createComplaints((line) => process.stderr.write(line));
  if (mode !== 'off' && !to) complaints.tell('no_key', 'nothing is recorded: give a key with --key or LASKOBOT_KEY');
  const tell = (item: IngestItem): void => recording?.tell(item);
  const { sign, createUnderstanding, createAdvice } = openAgent({ mode, to, command, config, advice, tell, fetch });
  const recording = mode !== 'off' && to ? openRecording({ ...to, complaints, fetch, sign }) : undefined;
  const session: SessionDeps = {
    watchers: recording ? [recording.recorder] : [],
    createUnderstanding: careful(createUnderstanding, complaints),
    createAdvice,
    redact,
    now: Date.now,
  };
  const client = { input: process.stdin, output: process.stdout };
  const end = await runStdio({ command, env: process.env, client, session, complaints, onSignal });
  await recording?.close();
  return exitCodeOf(end, command);
}

function exitCodeOf(end: ChildEnd, [program]: readonly string[]): number {
  switch (end.kind) {
    case 'exited':
      return end.code;
    case 'signalled':
      process.kill(process.pid, end.signal);
      return 1;
    case 'not_started':
      process.stderr.write(`laskobot-runs mcp: ${program} could not be started: ${end.reason}\n`);
      return NOT_FOUND_CODE;
  }
}
