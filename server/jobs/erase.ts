import type { HintCache } from '../cache/hint_cache.ts';
import { carryOut, NotForgotten } from '../erase/carry_out.ts';
import { addRows, type ErasedRows } from '../erase/erased.ts';
import { putDownError } from '../erase/progress.ts';
import { openRequests } from '../erase/requests.ts';
import { CommandFailed } from '../errors.ts';
import { StorageUnavailable } from '../storage/storage.ts';
import type { StoredBlobs } from '../storage/stored_blobs.ts';
import { type Job, LeaseLost } from './job.ts';

/** Carries out the erasures that were asked for. One that cannot be finished holds up no other. */
export function createEraseJob(storage: StoredBlobs, cache: HintCache | undefined): Job {
  return {
    name: 'erase',
    everyMs: 5 * 60_000,
    async run({ db, renew, signal }) {
      const requests = await db.tx('admin', openRequests);
      const failed: string[] = [];
      let gone: ErasedRows = {};
      for (const request of requests) {
        if (signal.aborted) break;
        try {
          gone = addRows(gone, await carryOut({ db, storage, cache, renew, signal }, request));
        } catch (error) {
          if (error instanceof LeaseLost) throw error;
          const reason = reasonOf(error);
          failed.push(reason);
          await db.tx('admin', (tx) => putDownError(tx, request, reason));
        }
      }
      if (failed.length) throw new CommandFailed(`${failed.length} of ${requests.length} not finished: ${failed[0]}`);
      return { requests: requests.length, ...gone };
    },
  };
}

/** Messages of others may quote what is to be erased. */
function reasonOf(error: unknown): string {
  const known = [CommandFailed, NotForgotten, StorageUnavailable].some((each) => error instanceof each);
  return error instanceof Error ? (known ? error.message : error.name) : 'unknown';
}
