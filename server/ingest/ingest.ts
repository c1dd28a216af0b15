import {
  type IngestItem,
  type IngestResponse,
  type ItemResult,
  VERIFY_OUTCOMES,
  type VerifyOutcome,
} from '../../shared/protocol/schema.ts';
import { normaliseUrl } from '../../shared/signature/url.ts';
import { type Db, sqlState } from '../db/db.ts';
import { retryingTx } from '../db/retry.ts';
import type { Log } from '../log.ts';
import { type Batch, collectBatch } from './batch.ts';
import { type Prepared, type PrepareOptions, prepareItem } from './prepare.ts';
import type { Refusal } from './refusal.ts';
import { stripUrl } from './strip_url.ts';
import { type Expect, type Outcome, writeBatch } from './write_batch.ts';

export interface IngestDeps {
  readonly db: Db;
  readonly log: Log;
  /** ms since 1970 */
  readonly now: () => number;
}

/** Who sent a batch; without a number where no key did. */
export interface Sender {
  readonly projectId: string;
  readonly keyNo?: number;
}

const UNIQUE_VIOLATION = '23505';

type Told = Outcome | Refusal;

/**
 * Validates and writes the items of one request, each answered in its place. What is accepted is committed. `parse` gives the items
 * anew each time, because they are changed, and are held no longer than it takes to read them: see `Batch`. `storable`: all of
 * their texts are known to be `isStorableText`.
 */
export async function ingest(
  deps: IngestDeps,
  sender: Sender,
  parse: () => readonly unknown[],
  storable = false,
): Promise<Ingested> {
  const { projectId } = sender;
  const asked = { projectId, now: deps.now(), storable };
  const { batch, uuids, refusals, verified, caught } = read(parse(), asked);
  const again = () => goodOf(prepareAll(parse(), asked).prepared);
  const outcomes = (await write(deps, sender, batch, again))[Symbol.iterator]();
  if (caught) deps.log.warn('ingest.unscrubbed_urls', { project_id: projectId, count: caught });

  const results = uuids.map((uuid, index) =>
    resultOf(index, uuid, refusals.get(index) ?? (outcomes.next().value as Told)),
  );
  const counts = { accepted: 0, duplicate: 0, rejected: 0 };
  for (const { status } of results) counts[status]++;
  return { response: { ...counts, results }, verified };
}

export interface Ingested {
  readonly response: IngestResponse;
  /** What hints led to, by the index of the item that tells it. */
  readonly verified: ReadonlyMap<number, VerifyOutcome>;
}

interface Read {
  /** Of the items that are not refused. */
  readonly batch: Batch;
  readonly uuids: readonly (string | undefined)[];
  readonly refusals: ReadonlyMap<number, Refusal>;
  readonly verified: ReadonlyMap<number, VerifyOutcome>;
  /** URLs that still held something that the client should have scrubbed. */
  readonly caught: number;
}

type Asked = Pick<PrepareOptions, 'projectId' | 'now' | 'storable'>;

function read(raws: readonly unknown[], asked: Asked): Read {
  const uuids = raws.map(eventUuidOf);
  const { prepared, caught } = prepareAll(raws, asked);
  const refusals = new Map<number, Refusal>();
  const verified = new Map<number, VerifyOutcome>();
  for (const [index, each] of prepared.entries()) {
    const outcome = each.ok ? outcomeOf(each.item) : undefined;
    if (outcome) verified.set(index, outcome);
    if (!each.ok) refusals.set(index, each.refusal);
  }
  return { batch: collectBatch(goodOf(prepared)), uuids, refusals, verified, caught };
}

function outcomeOf(item: IngestItem): VerifyOutcome | undefined {
  if (item.kind !== 'event' || item.name !== 'hint.outcome') return undefined;
  const { data } = item;
  const told = typeof data === 'object' && data !== null && 'outcome' in data ? data.outcome : undefined;
  return VERIFY_OUTCOMES.find((each) => each === told);
}

function prepareAll(raws: readonly unknown[], asked: Asked) {
  let caught = 0;
  const options = {
    ...asked,
    normalise: remembering(normaliseUrl),
    strip: remembering(stripUrl),
    onCaught: () => {
      caught++;
    },
  };
  const prepared = raws.map((raw) => prepareItem(raw, options));
  return { prepared, caught };
}

const goodOf = (prepared: readonly Prepared[]): IngestItem[] =>
  prepared.flatMap((each) => (each.ok ? [each.item] : []));

/**
 * All items in one transaction. Validation should leave nothing that Postgres refuses; where something is, the halves are
 * tried apart, so that it costs no other item.
 */
async function write(
  deps: IngestDeps,
  sender: Sender,
  batch: Batch,
  again: () => readonly IngestItem[],
): Promise<Told[]> {
  if (batch.slots.length === 0) return [];
  try {
    return await writeAll(deps, sender, batch, 'new');
  } catch (error) {
    if (sqlState(error) === UNIQUE_VIOLATION) return writeParts(deps, sender, again());
    if (!isRefused(error)) throw error;
    return writeHalves(deps, sender, again(), error);
  }
}

async function writeParts(deps: IngestDeps, sender: Sender, items: readonly IngestItem[]): Promise<Told[]> {
  try {
    return await writeAll(deps, sender, collectBatch(items), 'any');
  } catch (error) {
    if (!isRefused(error)) throw error;
    return writeHalves(deps, sender, items, error);
  }
}

async function writeHalves(
  deps: IngestDeps,
  sender: Sender,
  items: readonly IngestItem[],
  error: unknown,
): Promise<Told[]> {
  if (items.length === 1) {
    const state = sqlState(error);
    deps.log.error('ingest.refused_by_database', { project_id: sender.projectId, state, kind: items[0]?.kind });
    return [{ code: 'invalid_value', reason: `the database refuses it (${state})` }];
  }
  const half = items.length >> 1;
  const first = await writeParts(deps, sender, items.slice(0, half));
  return [...first, ...(await writeParts(deps, sender, items.slice(half)))];
}

const writeAll = (deps: IngestDeps, sender: Sender, batch: Batch, expect: Expect): Promise<Outcome[]> =>
  retryingTx(deps.db, { projectId: sender.projectId }, (tx) => writeBatch(tx, sender, batch, expect));

/** 22 data exception, 23 constraint, 54 index entry too long. */
const isRefused = (error: unknown): boolean => /^(22|23|54)/.test(sqlState(error) ?? '');

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
