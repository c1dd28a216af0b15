import type { WebSocket } from 'ws';

/** A peer that answers no ping within this long is gone, in ms. */
const PING_MS = 30_000;

/** Pings sockets, and cuts those that say nothing; but none that we do not read ourselves. */
export function watchSilence(sockets: ReadonlySet<WebSocket>) {
  const silent = new WeakSet<WebSocket>();
  const pinging = setInterval(() => {
    for (const socket of sockets) {
      if (silent.has(socket) && !socket.isPaused) socket.terminate();
      silent.add(socket);
      socket.ping();
    }
  }, PING_MS);
  return {
    watch(socket: WebSocket): void {
      const heard = (): void => void silent.delete(socket);
      socket.on('pong', heard);
      socket.on('message', heard);
    },
    stop: (): void => clearInterval(pinging),
  };
}
