import { createParser } from 'eventsource-parser';
import { createLines } from '../lines.ts';

export interface SseEvent {
  /** As it came, with the empty line that ends it. */
  readonly raw: Buffer;
  readonly id: string | undefined;
  /** Undefined where the block holds none: comments, `retry`, an id alone. */
  readonly data: string | undefined;
}

const isEmptyLine = (line: Buffer): boolean =>
  line.length <= 2 && (line[0] === 10 || (line[0] === 13 && line[1] === 10));

/** Reads a stream of server-sent events, block by block, whatever pieces it comes in. */
export function createSseReader(onEvent: (event: SseEvent) => void) {
  let block: Buffer[] = [];

  function take(): void {
    if (block.length === 0) return;
    const raw = Buffer.concat(block);
    block = [];
    let id: string | undefined;
    let data: string | undefined;
    const parser = createParser({
      onEvent: (event) => {
        id = event.id;
        data = event.data;
      },
    });
    parser.feed(raw.toString());
    onEvent({ raw, id, data });
  }

  const lines = createLines((line) => {
    block.push(line);
    if (isEmptyLine(line)) take();
  });
  return {
    push: lines.push,
    end(): void {
      lines.end();
      take();
    },
  };
}

/** The same event with other data; its id, type and comments stay. */
export function withData(raw: Buffer, data: string): string {
  const kept = raw
    .toString()
    .split(/\r?\n/)
    .filter((line) => line !== '' && !/^data(?::|$)/.test(line));
  return `${[...kept, `data: ${data}`].join('\n')}\n\n`;
}

export const sseEvent = (data: string, id?: string): string =>
  `${id === undefined ? '' : `id: ${id}\n`}event: message\ndata: ${data}\n\n`;
