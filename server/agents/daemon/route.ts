import { type DaemonError, type Envelope, errorEnvelope, failure, response } from './envelope.ts';
import type { EventRecorder } from './event_recorder.ts';
import type { Peer, Session } from './sessions.ts';

/** Commands of one session that wait for an answer, at the most. */
const MAX_PENDING = 1000;
/** Once there are that many, those that wait for longer are given up, in ms: a page that went away answers nothing. */
const MAX_ANSWER_MS = 10 * 60_000;

function makeRoom({ pending }: Session, now: number): void {
  for (const [wireId, { since, agent, command: about }] of pending) {
    if (since > now - MAX_ANSWER_MS) return;
    pending.delete(wireId);
    agent.send(errorEnvelope(failure('unanswered', 'the extension has not answered'), about));
  }
}

/** A command of an agent, to the extension of its session. What cannot go is an error. */
export function command(
  session: Session,
  from: Peer,
  envelope: Envelope,
  frame: string,
  now: number,
): DaemonError | undefined {
  if (from.role !== 'agent') return failure('wrong_direction', 'commands come from agents');
  const { extension, pending } = session;
  const { wireId, sessionId, name } = envelope;
  if (!extension) return failure('no_extension', 'no extension is in this session');
  if (pending.has(wireId)) return failure('duplicate_command', 'a command of this wireId waits for its answer');
  if (pending.size >= MAX_PENDING) makeRoom(session, now);
  if (pending.size >= MAX_PENDING) return failure('too_many_commands', `${MAX_PENDING} commands wait for an answer`);
  pending.set(wireId, { agent: from, command: { wireId, sessionId, name }, since: now });
  extension.send(frame);
  if (extension.isFull()) extension.onRoom(from.hold());
  return undefined;
}

/** An answer of the extension, to the one agent that asked. */
export function answer(session: Session, from: Peer, { wireId }: Envelope, frame: string): DaemonError | undefined {
  if (from.role !== 'extension') return failure('wrong_direction', 'responses come from extensions');
  const waiting = session.pending.get(wireId);
  if (!waiting) return failure('unknown_command', 'no command of this wireId waits for an answer');
  session.pending.delete(wireId);
  waiting.agent.send(frame);
  return undefined;
}

/** Events that are recorded at once for one connection, before it is read no further. */
const MAX_RECORDING = 64;

/** Passes events on to the agents of their session and records them; the extension is told which are on disk. */
export function createEvents(recorder: Pick<EventRecorder, 'event'> | undefined) {
  const recording = new WeakMap<Peer, { count: number; letGo: (() => void) | undefined }>();

  function begun(from: Peer): () => void {
    const state = recording.get(from) ?? { count: 0, letGo: undefined };
    recording.set(from, state);
    state.count += 1;
    if (state.count >= MAX_RECORDING) state.letGo ??= from.hold();
    return () => {
      state.count -= 1;
      if (state.count > MAX_RECORDING / 2) return;
      state.letGo?.();
      state.letGo = undefined;
    };
  }

  return (session: Session, from: Peer, envelope: Envelope, frame: string): DaemonError | undefined => {
    if (from.role !== 'extension') return failure('wrong_direction', 'events come from extensions');
    for (const agent of session.agents) agent.send(frame);
    if (!recorder) return undefined;
    const ended = begun(from);
    void recorder
      .event(envelope)
      .then((outcome) => {
        // One that found no room, or no disk, is the extension's to tell again.
        if (outcome !== 'ignored') from.send(response(envelope, { stored: outcome !== 'dropped', outcome }));
      })
      .finally(ended);
    return undefined;
  };
}

/** What agents are told whose commands nobody will answer. */
export const gone = (about: Pick<Envelope, 'wireId' | 'sessionId' | 'name'>): string =>
  errorEnvelope(failure('extension_gone', 'the extension has left this session'), about);
