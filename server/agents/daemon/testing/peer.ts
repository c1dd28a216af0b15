import type { ClientRequestArgs } from 'node:http';
import { type ClientOptions, WebSocket } from 'ws';

export interface Frame {
  readonly wireId: string;
  readonly sessionId: string;
  readonly type: string;
  readonly name: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into what they sent themselves
  readonly payload: any;
  readonly tabId?: number | string;
}

export interface Closed {
  readonly code: number;
  readonly reason: string;
}

/** A client by hand, that keeps every frame as it came. */
export interface DaemonPeer {
  readonly socket: WebSocket;
  readonly frames: readonly Frame[];
  /** The same, byte for byte. */
  readonly texts: readonly string[];
  send(frame: Partial<Frame> & Readonly<Record<string, unknown>>): void;
  /** The first frame that is like that, of those that came or will come; rejects once the connection is closed without one. */
  frame(like: (frame: Frame) => boolean): Promise<Frame>;
  /** Sends a command and waits for its response. */
  ask(frame: Partial<Frame> & { readonly wireId: string }): Promise<Frame>;
  readonly closed: Promise<Closed>;
}

/** Connects; rejects with the status where the daemon refuses. */
export async function connectPeer(
  url: string,
  token: string | undefined,
  { protocols = [], ...options }: ClientOptions & ClientRequestArgs & { protocols?: string[] } = {},
): Promise<DaemonPeer> {
  const headers = { ...(token && { authorization: `Bearer ${token}` }), ...options.headers };
  const socket = new WebSocket(url, protocols, { ...options, headers, perMessageDeflate: false });
  const frames: Frame[] = [];
  const texts: string[] = [];
  const waiting = new Set<() => void>();
  const told = (): void => {
    for (const look of waiting) look();
  };
  socket.on('message', (data: Buffer) => {
    texts.push(data.toString());
    frames.push(JSON.parse(data.toString()));
    told();
  });
  let ended: Closed | undefined;
  const closed = new Promise<Closed>((resolve) =>
    socket.once('close', (code, reason) => {
      ended = { code, reason: reason.toString() };
      resolve(ended);
      told();
    }),
  );
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
    socket.once('unexpected-response', (_request, response) => {
      reject(new Error(`${response.statusCode} ${response.statusMessage}`));
      socket.terminate();
    });
  });
  socket.on('error', () => undefined);

  const send: DaemonPeer['send'] = (frame) => socket.send(JSON.stringify(frame));
  const frame: DaemonPeer['frame'] = (like) =>
    new Promise((resolve, reject) => {
      let from = 0;
      const look = (): void => {
        for (; from < frames.length; from += 1) {
          if (!like(frames[from]!)) continue;
          waiting.delete(look);
          resolve(frames[from]!);
          return;
        }
        if (ended) reject(new Error(`closed with ${ended.code} ${ended.reason} before the frame came`));
      };
      waiting.add(look);
      look();
    });
  return {
    socket,
    frames,
    texts,
    send,
    frame,
    ask(command) {
      send(command);
      return frame(({ type, wireId }) => type === 'response' && wireId === command.wireId);
    },
    closed,
  };
}

/** Connects as one side of a session. */
export async function joinSession(
  { url, token }: { readonly url: string; readonly token: string },
  sessionId: string,
  role: 'agent' | 'extension',
  hello: Readonly<Record<string, unknown>> = {},
): Promise<DaemonPeer> {
  const peer = await connectPeer(url, token);
  const wireId = `hello ${role}`;
  const { payload } = await peer.ask({
    wireId,
    sessionId,
    type: 'command',
    name: 'daemon.hello',
    payload: { role, ...hello },
  });
  if (!payload.joined) throw new Error(JSON.stringify(payload));
  return peer;
}
