import type { ServerResponse } from 'node:http';
import { sseEvent } from './sse.ts';

/** What of a stream is kept to be told again to a client that lost its connection. */
const MAX_KEPT = 1000;
const MAX_KEPT_CHARS = 16 * 1024 * 1024;

/** A stream of events that outlives the connections on which it is sent. */
export function createEventStream(name: string) {
  let kept: { readonly index: number; readonly data: string }[] = [];
  let chars = 0;
  let next = 0;
  let ended = false;
  let response: ServerResponse | undefined;

  const write = (index: number, data: string): void => void response?.write(sseEvent(data, `${name}_${index}`));
  return {
    name,
    isHeard: (): boolean => response !== undefined,
    send(data: string): void {
      kept.push({ index: next, data });
      chars += data.length;
      while (kept.length > MAX_KEPT || (chars > MAX_KEPT_CHARS && kept.length > 1)) {
        chars -= kept[0]!.data.length;
        kept = kept.slice(1);
      }
      write(next, data);
      next += 1;
    },
    /** No more will be sent. */
    end(): void {
      ended = true;
      response?.end();
      response = undefined;
    },
    /** Sends from now on to this connection, first what came after the event `after`. */
    attach(to: ServerResponse, after: number): void {
      response?.end();
      response = to;
      to.once('close', () => {
        if (response === to) response = undefined;
      });
      for (const { index, data } of kept) if (index > after) write(index, data);
      if (ended) to.end();
    },
  };
}

export type EventStream = ReturnType<typeof createEventStream>;

/** The stream and the event that a `Last-Event-ID` names. */
export function eventNamed(id: string | undefined): { readonly name: string; readonly index: number } | undefined {
  const [, name, index] = /^(.+)_(\d+)$/.exec(id ?? '') ?? [];
  return name && index ? { name, index: Number(index) } : undefined;
}
