import type { WebSocket } from 'ws';
import { CLOSE } from './close_codes.ts';
import { type DaemonError, type Envelope, errorEnvelope, failure, parseEnvelope, response } from './envelope.ts';
import type { EventRecorder } from './event_recorder.ts';
import { HELLO, Hello } from './hello.ts';
import { createOutgoing } from './outgoing.ts';
import { createPausing } from './pausing.ts';
import { answer, command, type createEvents, gone } from './route.ts';
import type { Peer, Sessions } from './sessions.ts';

/** Messages that are no envelopes, before a connection is closed. */
const MAX_INVALID = 20;
/** Sessions that one connection may be in. */
const MAX_JOINED = 256;

export interface ConnectionDeps {
  readonly sessions: Sessions;
  readonly recorder: EventRecorder | undefined;
  readonly events: ReturnType<typeof createEvents>;
  readonly now: () => number;
}

/** Serves the socket of one that showed the token, until it is closed. */
export function serveConnection(socket: WebSocket, { sessions, recorder, events, now }: ConnectionDeps): void {
  let invalid = 0;
  let peer: Peer | undefined;
  const joined = new Set<string>();
  const outgoing = createOutgoing(socket);
  const pausing = createPausing(socket);
  const close = (code: number, reason: string): void => socket.close(code, reason);

  function join(envelope: Envelope): DaemonError | undefined {
    const parsed = Hello.safeParse(envelope.payload);
    if (!parsed.success) return failure('invalid_envelope', 'payload: a hello has a role, agent or extension');
    const { role, instanceId, extension, extensionVersion } = parsed.data;
    if (peer && peer.role !== role) return failure('wrong_direction', `this connection is ${peer.role}`);
    const { sessionId } = envelope;
    const session = joined.size < MAX_JOINED || joined.has(sessionId) ? sessions.open(sessionId) : undefined;
    if (!session) return failure('too_many_sessions', 'there are too many sessions');
    peer ??= { role, ...outgoing, hold: pausing.hold, close };
    joined.add(sessionId);
    if (role === 'agent') session.agents.add(peer);
    else {
      const { replaced, orphaned } = sessions.extend(session, peer);
      // What the one before was asked it can answer no more.
      for (const { agent, command: about } of orphaned) agent.send(gone(about));
      replaced?.close(CLOSE.replaced, 'the extension has connected anew');
    }
    if (role === 'extension' && instanceId)
      recorder?.instance(sessionId, {
        instance_id: instanceId,
        ...(extension && { extension }),
        ...(extensionVersion && { extension_version: extensionVersion }),
      });
    outgoing.send(response(envelope, { joined: true, extension: session.extension !== undefined }));
    return undefined;
  }

  function take(envelope: Envelope, frame: string): DaemonError | undefined {
    if (envelope.type === 'command' && envelope.name === HELLO) return join(envelope);
    const session = joined.has(envelope.sessionId) ? sessions.get(envelope.sessionId) : undefined;
    if (!peer || !session) return failure('not_joined', 'this connection has not joined the session');
    switch (envelope.type) {
      case 'command':
        recorder?.command(envelope);
        return command(session, peer, envelope, frame, now());
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
      return;
    }
    outgoing.send(errorEnvelope(parsed.error, parsed.about));
    invalid += 1;
    if (invalid >= MAX_INVALID) close(CLOSE.invalid, 'too many messages that are no envelopes');
  });
  // Of a frame that breaks the protocol; ws closes the connection itself.
  socket.on('error', () => undefined);
  socket.once('close', () => {
    if (!peer) return;
    for (const sessionId of joined)
      for (const { agent, command: about } of sessions.leave(sessionId, peer)) agent.send(gone(about));
  });
}
