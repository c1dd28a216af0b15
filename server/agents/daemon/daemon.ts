import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { type FileClientCounts, openFileClient } from '../../../shared/client/file/file_client.ts';
import { warnOfPause } from '../warn_of_pause.ts';
import { PROTOCOL, refusalOf } from './access.ts';
import { CLOSE } from './close_codes.ts';
import { serveConnection } from './connection.ts';
import { createEventRecorder } from './event_recorder.ts';
import { createEvents } from './route.ts';
import { createSessions } from './sessions.ts';
import { watchSilence } from './silence.ts';

/** Largest message, in bytes: results of snapshots and pictures pass through. */
export const MAX_FRAME_BYTES = 16 * 1024 * 1024;
export const MAX_CONNECTIONS = 1000;
export const MAX_SESSIONS = 1000;
/** What connections have for saying goodbye when the daemon stops, in ms. */
const GOODBYE_MS = 1000;

export interface DaemonOptions {
  /** On 127.0.0.1; 0 for any free one. */
  readonly port: number;
  /** What connections must bring: letters, digits and `.~+_-`. Made where it is not given. */
  readonly token?: string | undefined;
  /** Web origins that may connect, besides extensions. */
  readonly origins?: readonly string[];
  /** Where events are recorded; without it they are only passed on. */
  readonly record?: { readonly serverUrl: string; readonly key: string; readonly outbox: string } | undefined;
  /** Default `MAX_CONNECTIONS`. */
  readonly maxConnections?: number;
  readonly now?: () => number;
}

export interface Daemon {
  readonly url: string;
  readonly token: string;
  /** Of the outbox; undefined where nothing is recorded. */
  counts(): Promise<FileClientCounts | undefined>;
  close(): Promise<void>;
}

function refuse(socket: Duplex, status: string, reason: string): void {
  socket.once('finish', () => socket.destroy());
  socket.end(
    `HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-type: text/plain\r\ncontent-length: ${reason.length}\r\n\r\n${reason}`,
  );
}

function openOutbox({ serverUrl, key, outbox }: NonNullable<DaemonOptions['record']>, now: () => number) {
  const endpoint = { server_url: serverUrl.replace(/\/+$/, ''), key };
  return openFileClient({ dir: outbox, endpoint, now, onPaused: warnOfPause(endpoint, outbox) });
}

/** Passes envelopes on between extensions and agents, and records events. Rejects where the port is taken. */
export async function startDaemon({
  port,
  token = randomBytes(32).toString('base64url'),
  origins = [],
  record,
  maxConnections = MAX_CONNECTIONS,
  now = Date.now,
}: DaemonOptions): Promise<Daemon> {
  const server = createServer((_request, answer) => answer.writeHead(426, { upgrade: 'websocket' }).end());
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const client = record && (await openOutbox(record, now));
  const recorder = client && createEventRecorder(client, now);
  const deps = { sessions: createSessions(MAX_SESSIONS), recorder, events: createEvents(recorder), now };
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_FRAME_BYTES,
    perMessageDeflate: false,
    // Never the token, which is another of those that were offered.
    handleProtocols: (protocols) => (protocols.has(PROTOCOL) ? PROTOCOL : false),
  });
  const silence = watchSilence(sockets.clients);

  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    const refusal = refusalOf(request.headers, { token, origins });
    if (refusal) refuse(socket, ...refusal);
    else if (sockets.clients.size >= maxConnections)
      refuse(socket, '503 Service Unavailable', 'there are too many connections');
    else
      sockets.handleUpgrade(request, socket, head, (accepted) => {
        silence.watch(accepted);
        serveConnection(accepted, deps);
      });
  });

  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
    token,
    counts: async () => client?.counts(),
    async close() {
      silence.stop();
      for (const socket of sockets.clients) socket.close(CLOSE.goingAway, 'the daemon stops');
      const late = setTimeout(() => {
        for (const socket of sockets.clients) socket.terminate();
        server.closeAllConnections();
      }, GOODBYE_MS);
      await new Promise((resolve) => server.close(resolve));
      clearTimeout(late);
      await client?.close();
    },
  };
}
