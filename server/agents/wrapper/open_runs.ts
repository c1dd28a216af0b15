import type { IngestItem } from '../../../shared/protocol/schema.ts';
import { openAgent } from '../advise/open_agent.ts';
import type { Watcher } from '../mcp/call.ts';
import { careful } from '../mcp/careful.ts';
import { createComplaints } from '../mcp/complaints.ts';
import { createSessions } from '../mcp/http/sessions.ts';
import type { Message } from '../mcp/message.ts';
import { openRecording } from '../mcp/open_recording.ts';
import type { RecordingChoice } from '../mcp/options.ts';
import { createSession, type Session } from '../mcp/session.ts';
import { openSpans, tracesUrlOf } from '../otel/open_spans.ts';
import { type ConnectionDeps, createConnection } from './connection.ts';
import type { Taps } from './transport.ts';

export interface Runs {
  connection(): Taps;
  /** Ends what goes on, sends what can be sent at once. */
  close(): Promise<void>;
}

/** All connections of a process that record to one place. */
export function openRuns({ mode, to, redact, config, advice, artifacts }: RecordingChoice): Runs {
  const complaints = createComplaints((line) => process.stderr.write(line));
  if (mode !== 'off' && !to) complaints.tell('no_key', 'nothing is recorded: give a key, or LASKOBOT_KEY');
  const tell = (item: IngestItem): void => recording?.tell(item);
  // The server is this very program, so its files are named from here.
  const command = process.argv.slice(2);
  const { sign, createUnderstanding, createAdvice } = openAgent({ mode, to, command, config, advice, tell, fetch });
  const recording = mode !== 'off' && to ? openRecording({ ...to, complaints, fetch, sign, artifacts }) : undefined;
  const spans = mode === 'off' || tracesUrlOf(process.env) === undefined ? undefined : openSpans(process.env);
  const watchers: Watcher[] = [...(recording?.watchers ?? [])];
  if (spans) watchers.push({ finished: (call) => void spans.then((open) => open?.finished(call)) });
  const ways = new WeakMap<Session, (message: Message) => void>();
  const live = new Set<Session>();

  function create(): Session {
    const session: Session = createSession({
      watchers,
      createUnderstanding: careful(createUnderstanding, complaints),
      createAdvice,
      toServer: (message) => ways.get(session)?.(message),
      redact,
      now: Date.now,
    });
    live.add(session);
    return session;
  }
  const end = (session: Session): void => {
    session.end('closed');
    live.delete(session);
  };
  const sessions = createSessions({ create, now: Date.now });
  const deps: ConnectionDeps = {
    sessions,
    create,
    end,
    answersTo: (session, deliver) => ways.set(session, deliver),
    complaints,
  };
  return {
    connection: () => createConnection(deps),
    async close() {
      sessions.endAll('closed');
      for (const session of live) end(session);
      await Promise.all([recording?.close(), spans?.then((open) => open?.close())]);
    },
  };
}
