import type { WebSocket } from 'ws';
import * as z from 'zod';
import { isToken } from './access.ts';
import { CLOSE } from './close_codes.ts';
import { type DaemonError, type Envelope, errorEnvelope, parseEnvelope, response } from './envelope.ts';
import type { EventRecorder } from './event_recorder.ts';
import { createOutgoing } from './outgoing.ts';
import { createPausing } from './pausing.ts';
import { answer, command, type createEvents, gone } from './route.ts';
import type { Peer, Sessions } from './sessions.ts';

/** A connection that has not said who it is by then is closed, in ms. */
export const HELLO_MS = 5000;
/** Messages that are no envelopes, before a connection is closed. */
const MAX_INVALID = 20;
/** Sessions that one connection may be in. */
const MAX_JOINED = 256;

/** Payload of the command `daemon.hello`, by which a connection joins the session of the envelope. */
const Hello = z.object({
  role: z.enum(['agent', 'extension']),
  token: z.string().max(500).optional(),
  /** Which browser it is; then its tabs are recorded too. */
  instanceId: z.string().min(1).max(128).optional(),
  extension: z.enum(['chrome', 'firefox']).optional(),
  extensionVersion: z.string().max(64).optional(),
});

export interface ConnectionDeps {
  readonly token: string;
  /** It brought the token with its request. */
  readonly authorized: boolean;
  readonly sessions: Sessions;
  readonly recorder: EventRecorder | undefined;
  readonly events: ReturnType<typeof createEvents>;
}

const failure = (code: DaemonError['code'], message: string): DaemonError => ({ code, message });

/** Serves one socket until it is closed. */
export function serveConnection(
  socket: WebSocket,
  { token, sessions, recorder, events, ...deps }: ConnectionDeps,
): void {
  let { authorized } = deps;
  let invalid = 0;
  let peer: Peer | undefined;
  const joined = new Set<string>();
  const outgoing = createOutgoing(socket);
  const pausing = createPausing(socket);
  const close = (code: number, reason: string): void => socket.close(code, reason);
  const hello = setTimeout(() => close(CLOSE.unauthorized, 'no hello'), HELLO_MS);

  function leave(sessionId: string): void {
    if (!peer) return;
    for (const { agent, command: about } of sessions.leave(sessionId, peer)) agent.send(gone(about));
  }

  function join(envelope: Envelope): DaemonError | undefined {
    const parsed = Hello.safeParse(envelope.payload);
    if (!parsed.success) return failure('invalid_envelope', 'payload: a hello has a role, agent or extension');
    const { role, instanceId, extension, extensionVersion } = parsed.data;
    authorized ||= isToken(parsed.data.token ?? '', token);
    if (!authorized) return failure('unauthorized', 'the token is missing or wrong');
    if (peer && peer.role !== role) return failure('wrong_direction', `this connection is ${peer.role}`);
    const { sessionId } = envelope;
    const session = joined.size < MAX_JOINED || joined.has(sessionId) ? sessions.open(sessionId) : undefined;
    if (!session) return failure('too_many_sessions', 'there are too many sessions');
    clearTimeout(hello);
    peer ??= { role, ...outgoing, hold: pausing.hold, close };
    joined.add(sessionId);
    if (role === 'agent') session.agents.add(peer);
    else if (session.extension !== peer) {
      const before = session.extension;
      session.extension = peer;
      // What the one before was asked it can answer no more.
      for (const { agent, command: about } of session.pending.values()) agent.send(gone(about));
      session.pending.clear();
      before?.close(CLOSE.replaced, 'the extension has connected anew');
    }
    if (role === 'extension' && instanceId)
      void recorder?.instance(sessionId, {
        instance_id: instanceId,
        ...(extension && { extension }),
        ...(extensionVersion && { extension_version: extensionVersion }),
      });
    outgoing.send(response(envelope, { joined: true, extension: session.extension !== undefined }));
    return undefined;
  }

  function take(envelope: Envelope, frame: string): DaemonError | undefined {
    if (envelope.type === 'command' && envelope.name === 'daemon.hello') return join(envelope);
    if (!authorized) return failure('unauthorized', 'the first message is the command daemon.hello');
    const session = joined.has(envelope.sessionId) ? sessions.get(envelope.sessionId) : undefined;
    if (!peer || !session) return failure('not_joined', 'this connection has not joined the session');
    switch (envelope.type) {
      case 'command':
        void recorder?.command(envelope);
        return command(session, peer, envelope, frame);
      case 'response':
        return answer(session, peer, envelope, frame);
      case 'event':
        return events(session, peer, envelope, frame);
    }
  }

  socket.on('message', (data: Buffer, isBinary: boolean) => {
    if (isBinary) {
      close(CLOSE.textOnly, 'text only');
      return;
    }
    const frame = data.toString('utf8');
    const parsed = parseEnvelope(frame);
    if (parsed.ok) {
      const error = take(parsed.envelope, frame);
      if (error) outgoing.send(errorEnvelope(error, parsed.envelope));
      if (error?.code === 'unauthorized') close(CLOSE.unauthorized, error.message);
      return;
    }
    outgoing.send(errorEnvelope(parsed.error, parsed.about));
    invalid += 1;
    if (!authorized) close(CLOSE.unauthorized, 'the first message is the command daemon.hello');
    else if (invalid >= MAX_INVALID) close(CLOSE.invalid, 'too many messages that are no envelopes');
  });
  // Of a frame that breaks the protocol; ws closes the connection itself.
  socket.on('error', () => undefined);
  socket.once('close', () => {
    clearTimeout(hello);
    for (const sessionId of joined) leave(sessionId);
  });
}
