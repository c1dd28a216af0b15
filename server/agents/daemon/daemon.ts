import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { openFileClient } from '../../../shared/client/file/file_client.ts';
import type { OutboxCounts } from '../../../shared/client/outbox.ts';
import { isToken, PROTOCOL, refusalOf, tokenOf } from './access.ts';
import { CLOSE } from './close_codes.ts';
import { serveConnection } from './connection.ts';
import { createEventRecorder } from './event_recorder.ts';
import { createEvents } from './route.ts';
import { createSessions } from './sessions.ts';

/** Largest message, in bytes: results of snapshots and pictures pass through. */
export const MAX_FRAME_BYTES = 16 * 1024 * 1024;
export const MAX_CONNECTIONS = 1000;
export const MAX_SESSIONS = 1000;
/** A peer that answers no ping within this long is gone, in ms. */
const PING_MS = 30_000;

export interface DaemonOptions {
  /** On loopback; 0 for any free one. */
  readonly port: number;
  /** Made where it is not given. */
  readonly token?: string | undefined;
  /** Web origins that may connect, besides extensions. */
  readonly origins?: readonly string[];
  /** Where events are recorded; without it they are only passed on. */
  readonly record?: { readonly serverUrl: string; readonly key: string; readonly outbox: string } | undefined;
  readonly now?: () => number;
}

export interface Daemon {
  readonly url: string;
  readonly token: string;
  counts(): Promise<OutboxCounts | undefined>;
  close(): Promise<void>;
}

function refuse(socket: Duplex, status: string, reason: string): void {
  socket.end(
    `HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-type: text/plain\r\ncontent-length: ${reason.length}\r\n\r\n${reason}`,
  );
}

/** Passes envelopes on between extensions and agents, and records events. Rejects where the port is taken. */
export async function startDaemon({
  port,
  origins = [],
  record,
  now = Date.now,
  ...options
}: DaemonOptions): Promise<Daemon> {
  const token = options.token ?? randomBytes(32).toString('base64url');
  const client =
    record &&
    (await openFileClient({
      dir: record.outbox,
      endpoint: { server_url: record.serverUrl.replace(/\/+$/, ''), key: record.key },
      now,
    }));
  const recorder = client && createEventRecorder(client, now);
  const sessions = createSessions(MAX_SESSIONS);
  const events = createEvents(recorder);
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_FRAME_BYTES,
    perMessageDeflate: false,
    handleProtocols: (protocols) => (protocols.has(PROTOCOL) ? PROTOCOL : false),
  });
  const silent = new WeakSet<WebSocket>();
  const pinging = setInterval(() => {
    for (const socket of sockets.clients) {
      if (silent.has(socket) && !socket.isPaused) socket.terminate();
      silent.add(socket);
      socket.ping();
    }
  }, PING_MS);

  function upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => socket.destroy());
    const refusal = refusalOf(request, bound, origins);
    if (refusal) return refuse(socket, '403 Forbidden', refusal);
    const given = tokenOf(request);
    const authorized = given !== undefined && isToken(given, token);
    if (given !== undefined && !authorized) return refuse(socket, '401 Unauthorized', 'the token is wrong');
    if (sockets.clients.size >= MAX_CONNECTIONS)
      return refuse(socket, '503 Service Unavailable', 'too many connections');
    sockets.handleUpgrade(request, socket, head, (accepted) => {
      accepted.on('pong', () => silent.delete(accepted));
      accepted.on('message', () => silent.delete(accepted));
      serveConnection(accepted, { token, authorized, sessions, recorder, events });
    });
  }

  const server = createServer((_request, answer) => answer.writeHead(426, { upgrade: 'websocket' }).end());
  server.on('upgrade', upgrade);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const bound = (server.address() as AddressInfo).port;

  return {
    url: `ws://127.0.0.1:${bound}`,
    token,
    counts: async () => client?.counts(),
    async close() {
      clearInterval(pinging);
      for (const socket of sockets.clients) socket.close(CLOSE.goingAway, 'the daemon stops');
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        setTimeout(() => {
          for (const socket of sockets.clients) socket.terminate();
          server.closeAllConnections();
        }, 1000).unref();
      });
      await client?.close();
    },
  };
}
