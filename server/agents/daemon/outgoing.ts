import type { WebSocket } from 'ws';
import { CLOSE } from './close_codes.ts';

/** What may wait for a reader before those that write to it are paused, and before it is dropped; in bytes. */
export const PAUSE_BYTES = 1024 * 1024;
export const DROP_BYTES = 8 * 1024 * 1024;
/** How long one that is dropped has to read why, in ms. */
const TELL_MS = 5000;

export interface Outgoing {
  send(frame: string): void;
  /** Whether it has more to read than it should. */
  isFull(): boolean;
  /** Calls back once, when it has read enough. */
  onRoom(callback: () => void): void;
}

/**
 * Bounds what waits for one reader. What it has not read stands in its socket's buffer alone: past `DROP_BYTES` it is told why and
 * dropped, and nothing more is kept for it.
 */
export function createOutgoing(socket: WebSocket): Outgoing {
  let dropped = false;
  let waiting: (() => void)[] = [];
  const isFull = (): boolean => socket.bufferedAmount > PAUSE_BYTES;

  function roomMade(): void {
    if (isFull() && socket.readyState === socket.OPEN) return;
    const called = waiting;
    waiting = [];
    for (const callback of called) callback();
  }
  socket.once('close', () => {
    dropped = true;
    roomMade();
  });

  function drop(): void {
    dropped = true;
    socket.close(CLOSE.slow, 'slow consumer');
    // The reason waits behind all that it has not read.
    setTimeout(() => socket.terminate(), TELL_MS).unref();
  }

  return {
    send(frame) {
      if (dropped || socket.readyState !== socket.OPEN) return;
      if (socket.bufferedAmount > DROP_BYTES) drop();
      else socket.send(frame, roomMade);
    },
    isFull,
    onRoom(callback) {
      waiting.push(callback);
    },
  };
}
