import { DbUnavailable } from '../db/db.ts';
import type { Log } from '../log.ts';
import type { Exposure } from './exposure.ts';

/** Exposures on their way to the database: lookups neither wait for it nor fail with it. */
export interface ExposureBuffer {
  add(exposures: readonly Exposure[]): void;
  /** Tries to write what waits; resolves when it was tried. Never rejects. */
  flush(): Promise<void>;
}

export interface ExposureBufferOptions {
  /** Writes exposures of one project, each once however often it is told. */
  readonly write: (projectId: string, exposures: readonly Exposure[]) => Promise<void>;
  readonly count: (outcome: 'written' | 'dropped', count: number) => void;
  readonly log: Log;
  /** How long exposures wait for others, in ms; 0: each lookup's go at once, for runtimes that end with their requests. */
  readonly delayMs: number;
}

/** Most that wait while the database is away: about 2 MB. */
export const MAX_WAITING = 10_000;
/** Most in one statement: the embedded database answers nobody else meanwhile. */
const MAX_BATCH = 250;
/** Exposures that are remembered so as not to be written again: a run asks for a page more than once. */
const MAX_KNOWN = 10_000;

export function createExposureBuffer({ write, count, log, delayMs }: ExposureBufferOptions): ExposureBuffer {
  let waiting: Exposure[] = [];
  const known = new Set<string>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const underWay = new Set<Promise<void>>();

  function remember(key: string): void {
    for (const oldest of known) {
      if (known.size < MAX_KNOWN) break;
      known.delete(oldest);
    }
    known.add(key);
  }

  /** The next of one project, taken out. */
  function nextBatch(): Exposure[] {
    const batch: Exposure[] = [];
    const others: Exposure[] = [];
    const projectId = waiting[0]?.project_id;
    for (const each of waiting) (batch.length < MAX_BATCH && each.project_id === projectId ? batch : others).push(each);
    waiting = others;
    return batch;
  }

  async function writeAll(): Promise<void> {
    for (let batch = nextBatch(); batch[0]; batch = nextBatch()) {
      try {
        await write(batch[0].project_id, batch);
        count('written', batch.length);
      } catch (error) {
        if (error instanceof DbUnavailable) {
          waiting = [...batch, ...waiting];
          return;
        }
        count('dropped', batch.length);
        log.error('exposures.not_written', {
          count: batch.length,
          error: error instanceof Error ? error.name : 'unknown',
        });
      }
    }
  }

  function start(): Promise<void> {
    const writing = writeAll().finally(() => underWay.delete(writing));
    underWay.add(writing);
    return writing;
  }

  function schedule(): void {
    timer ??= setTimeout(() => {
      timer = undefined;
      void start().then(() => waiting.length && schedule());
    }, delayMs);
  }

  return {
    add(exposures) {
      let dropped = 0;
      for (const each of exposures) {
        const key = keyOf(each);
        if (known.has(key)) continue;
        if (waiting.length >= MAX_WAITING) dropped++;
        else {
          remember(key);
          waiting.push(each);
        }
      }
      if (dropped) count('dropped', dropped);
      if (waiting.length === 0) return;
      if (delayMs === 0) void start();
      else schedule();
    },
    async flush() {
      clearTimeout(timer);
      timer = undefined;
      await Promise.all([...underWay, start()]);
    },
  };
}

const keyOf = ({ project_id, run_id, hint_id }: Exposure): string => `${project_id} ${run_id} ${hint_id}`;
