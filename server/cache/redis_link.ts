import { createClient } from '@redis/client';
import type { Log } from '../log.ts';

export type RedisClient = ReturnType<typeof createClient>;

/** A Redis or Valkey that may be away at any time. */
export interface RedisLink {
  /**
   * What the command answers, or undefined where Redis is away or slow; after that it is left alone for a second. With
   * `patienceMs` it is asked in any case, and waited for that long.
   */
  ask<T>(command: (client: RedisClient) => Promise<T>, patienceMs?: number): Promise<T | undefined>;
  readonly up: boolean;
  /** Called whenever a connection was made. */
  onReady(listener: () => void): void;
  close(): Promise<void>;
}

/** Longest that a request waits, in ms. An answer from the same data centre takes less than one. */
const TIMEOUT_MS = 100;
/** How long Redis is left alone after it did not answer, in ms. */
const PAUSE_MS = 1_000;
const MAX_RECONNECT_MS = 2_000;

/** Connects in the background, again and again. `clock` in ms, of any origin; `timeoutMs` is the longest that a request waits. */
export function openRedis(url: string, log: Log, clock: () => number, timeoutMs = TIMEOUT_MS): RedisLink {
  const client: RedisClient = createClient({
    url,
    disableOfflineQueue: true,
    socket: { connectTimeout: 2_000, reconnectStrategy: (tries) => Math.min(100 * 2 ** tries, MAX_RECONNECT_MS) },
  });
  let pausedUntil = -Infinity;
  let up = false;
  const setUp = (now: boolean) => {
    if (now !== up) log[now ? 'info' : 'warn'](now ? 'redis.up' : 'redis.down');
    up = now;
  };
  client.on('error', () => setUp(false));
  client.on('ready', () => {
    pausedUntil = -Infinity;
    setUp(true);
  });
  client.connect().catch(() => setUp(false));

  return {
    async ask(command, patienceMs) {
      if (patienceMs === undefined && (!client.isReady || pausedUntil > clock())) return undefined;
      // Until it has answered, nobody else tries.
      if (!up) pausedUntil = clock() + PAUSE_MS;
      try {
        const answer = await inTime(patienceMs ?? timeoutMs, async (signal) => {
          if (!client.isReady) await ready(client, signal);
          return command(client);
        });
        pausedUntil = -Infinity;
        setUp(true);
        return answer;
      } catch {
        pausedUntil = clock() + PAUSE_MS;
        setUp(false);
        return undefined;
      }
    },
    get up() {
      return up;
    },
    onReady(listener) {
      client.on('ready', listener);
    },
    close: async () => client.destroy(),
  };
}

async function inTime<T>(ms: number, fn: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const late = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      late.abort();
      reject(new Error('no answer in time'));
    }, ms);
  });
  try {
    return await Promise.race([fn(late.signal), timeout]);
  } finally {
    clearTimeout(timer);
  }
}

const ready = (client: RedisClient, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const done = () => {
      client.off('ready', done);
      resolve();
    };
    client.on('ready', done);
    signal.addEventListener('abort', done, { once: true });
  });
