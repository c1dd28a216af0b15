import type { Db } from '../../db/db.ts';
import { byIndex } from './by_index.ts';
import { inLanes } from './lanes.ts';
import { type Published, publishHints, type Releasing } from './publish_hints.ts';
import { listTouched, type TouchedElement, type TouchedOfSite, takeTouched } from './touched.ts';

export interface Publishing {
  readonly db: Db;
  readonly signal: AbortSignal;
  /** Elements of one transaction. */
  readonly elements: number;
  /** Transactions at once. */
  readonly lanes: number;
  readonly releasing: () => Releasing;
  /** Told of each transaction after its commit. */
  readonly committed: (published: Published) => Promise<void>;
}

/** Transactions' worth of elements that are looked at together. */
const LOOK_AHEAD = 20;

/**
 * Publishes the elements that are touched, each once. Transactions at the same time are about different sites, so that no two of them
 * write the same rows: hints, what is told of a domain and its bundle all belong to one site. What is touched behind its back waits for
 * the next run.
 */
export async function publishTouched({ signal, lanes, ...publishing }: Publishing): Promise<void> {
  const { db, elements } = publishing;
  for (let last: TouchedElement | undefined; !signal.aborted; ) {
    const touched = await byIndex(db, (tx) => listTouched(tx, last, LOOK_AHEAD * elements));
    if (touched.length === 0) return;
    last = touched.at(-1);
    await inLanes(
      lanes,
      bySite(touched, elements).map((chunks) => async () => {
        for (const chunk of chunks) if (!signal.aborted) await publishChunk(chunk, publishing);
      }),
    );
  }
}

async function publishChunk(
  chunk: readonly TouchedElement[],
  { db, releasing, committed }: Pick<Publishing, 'db' | 'releasing' | 'committed'>,
): Promise<void> {
  const published = await byIndex(db, async (tx) => {
    const taken = await takeTouched(tx, chunk);
    if (!taken) return undefined;
    const { touched, ...xids } = taken;
    return publishHints(tx, touched, releasing(), { actor: 'job', detail: { source: 'evidence', ...xids } });
  });
  if (published) await committed(published);
}

/** Chunks of elements; those about the same site are in one list, to be worked off one after the other. The longest lists come first. */
export function bySite(touched: readonly TouchedOfSite[], atMost: number): TouchedElement[][][] {
  const sites = new Map<string, TouchedElement[]>();
  for (const each of touched) {
    const key = `${each.project_id} ${each.site}`;
    const known = sites.get(key);
    if (known) known.push(each);
    else sites.set(key, [each]);
  }
  const lists: TouchedElement[][][] = [];
  // Small sites share a chunk.
  let shared: TouchedElement[] = [];
  for (const site of [...sites.values()].sort((a, b) => b.length - a.length)) {
    if (shared.length > 0 && shared.length + site.length <= atMost) {
      shared.push(...site);
      continue;
    }
    const chunks = chunksOf(site, atMost);
    lists.push(chunks);
    shared = chunks.length === 1 ? (chunks[0] ?? []) : [];
  }
  return lists;
}

const chunksOf = <T>(all: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(all.length / size) }, (_, n) => all.slice(n * size, (n + 1) * size));
