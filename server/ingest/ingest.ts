import type { IngestItem, IngestResponse, ItemResult } from '../../shared/protocol/schema.ts';
import { normaliseUrl } from '../../shared/signature/url.ts';
import { type Db, sqlState } from '../db/db.ts';
import { retryingTx } from '../db/retry.ts';
import type { Log } from '../log.ts';
import { prepareItem } from './prepare.ts';
import type { Refusal } from './refusal.ts';
import { stripUrl } from './strip_url.ts';
import { type Expect, type Outcome, writeBatch } from './write_batch.ts';

export interface IngestDeps {
  readonly db: Db;
  readonly log: Log;
  /** ms since 1970 */
  readonly now: () => number;
}

const UNIQUE_VIOLATION = '23505';

type Told = Outcome | Refusal;

/** Validates and writes the items of one request, each answered in its place. What is accepted is committed. `raws` are changed. */
export async function ingest(deps: IngestDeps, projectId: string, raws: readonly unknown[]): Promise<IngestResponse> {
  let caught = 0;
  const options = {
    projectId,
    now: deps.now(),
    normalise: remembering(normaliseUrl),
    strip: remembering(stripUrl),
    onCaught: () => {
      caught++;
    },
  };
  const uuids = raws.map(eventUuidOf);
  const prepared = raws.map((raw) => prepareItem(raw, options));
  const good = prepared.flatMap((each) => (each.ok ? [each.item] : []));
  const outcomes = (await write(deps, projectId, good))[Symbol.iterator]();
  if (caught) deps.log.warn('ingest.unscrubbed_urls', { project_id: projectId, count: caught });

  const results = prepared.map((each, index) =>
    resultOf(index, uuids[index], each.ok ? (outcomes.next().value as Told) : each.refusal),
  );
  const counts = { accepted: 0, duplicate: 0, rejected: 0 };
  for (const { status } of results) counts[status]++;
  return { ...counts, results };
}

/**
 * All items in one transaction. Validation should leave nothing that Postgres refuses; where something is, the halves are
 * tried apart, so that it costs no other item.
 */
async function write(
  deps: IngestDeps,
  projectId: string,
  items: readonly IngestItem[],
  expect: Expect = 'new',
): Promise<Told[]> {
  if (items.length === 0) return [];
  try {
    return await retryingTx(deps.db, { projectId }, (tx) => writeBatch(tx, projectId, items, expect));
  } catch (error) {
    const state = sqlState(error);
    if (state === UNIQUE_VIOLATION && expect === 'new') return write(deps, projectId, items, 'any');
    // 22 data exception, 23 constraint, 54 index entry too long.
    if (!state || !/^(22|23|54)/.test(state)) throw error;
    if (items.length === 1) {
      deps.log.error('ingest.refused_by_database', { project_id: projectId, state, kind: items[0]?.kind });
      return [{ code: 'invalid_value', reason: `the database refuses it (${state})` }];
    }
    const half = items.length >> 1;
    const first = await write(deps, projectId, items.slice(0, half), 'any');
    return [...first, ...(await write(deps, projectId, items.slice(half), 'any'))];
  }
}

const SEQ_CONFLICT: Refusal = { code: 'seq_conflict', reason: 'another event of the run has this seq' };

function resultOf(index: number, event_uuid: string | undefined, told: Told): ItemResult {
  const known = event_uuid === undefined ? {} : { event_uuid };
  if (told === 'accepted' || told === 'duplicate') return { index, status: told, ...known };
  return { index, status: 'rejected', ...known, ...(told === 'seq_conflict' ? SEQ_CONFLICT : told) };
}

/** As `fn`, each argument asked for once. */
function remembering<T>(fn: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    const found = known.get(text);
    if (found !== undefined) return found;
    const made = fn(text);
    known.set(text, made);
    return made;
  };
}

function eventUuidOf(raw: unknown): string | undefined {
  const id = typeof raw === 'object' && raw !== null && 'event_uuid' in raw ? raw.event_uuid : undefined;
  return typeof id === 'string' && id.length <= 36 ? id : undefined;
}
