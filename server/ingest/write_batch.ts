import type { Tx } from '../db/db.ts';
import type { Batch, Slot } from './batch.ts';
import type { Calls } from './collect_calls.ts';
import { tabKey } from './collect_context.ts';
import type { Sender } from './ingest.ts';
import type { ArtifactRow } from './rows.ts';
import {
  fillCalls,
  insertArtifacts,
  insertCalls,
  insertEvents,
  insertNewCalls,
  type SignatureIds,
} from './write_calls.ts';
import { type WrittenContext, writeContext } from './write_context.ts';
import { writeElements, writePages } from './write_signatures.ts';

export type Outcome = 'accepted' | 'duplicate' | 'seq_conflict';

/** Whether the calls of a batch are taken to be new, or each is looked for first. */
export type Expect = 'new' | 'any';

/**
 * Writes a batch, one statement a table, in the order that the foreign keys ask for; answers an outcome a slot. Where all calls
 * are expected to be new, throws a unique violation (SQLSTATE 23505) if one is not.
 */
export async function writeBatch(tx: Tx, sender: Sender, batch: Batch, expect: Expect): Promise<Outcome[]> {
  const { projectId } = sender;
  const { changed, known } = await writeContext(tx, projectId, batch.context, batch.pages, batch.elements);
  const ids = await writeSignatures(tx, projectId, batch, known);
  const { calls, events } =
    expect === 'new' && tx.commit
      ? await writeAtOnce(tx, tx.commit, sender, batch, ids)
      : await writeInTurn(tx, sender, batch, ids, expect);
  const keys = keysOf(changed);
  return batch.slots.map((slot: Slot): Outcome => {
    if (typeof slot === 'string') return keys.has(slot) ? 'accepted' : 'duplicate';
    if (slot.kind === 'event') return events.has(slot.event_uuid) && !slot.again ? 'accepted' : 'duplicate';
    const outcome = calls.get(slot.row) ?? 'accepted';
    return slot.again && outcome === 'accepted' ? 'duplicate' : outcome;
  });
}

/** Writes the page states and elements that are not known; answers the ids of all. */
async function writeSignatures(
  tx: Tx,
  projectId: string,
  batch: Batch,
  known: WrittenContext['known'],
): Promise<SignatureIds> {
  const pages: string[] = [];
  for (const [n, id] of known.pages) pages[n] = id;
  const newPages = batch.pages.filter(({ n }) => pages[n] === undefined);
  if (newPages.length) for (const [n, id] of await writePages(tx, projectId, newPages)) pages[n] = id;
  const elements: string[] = [];
  for (const [n, id] of known.elements) elements[n] = id;
  const newElements = batch.elements.flatMap((row) => {
    const page_sig_id = pages[row.page];
    return elements[row.n] !== undefined || page_sig_id === undefined ? [] : [{ ...row, page_sig_id }];
  });
  if (newElements.length) for (const [n, id] of await writeElements(tx, projectId, newElements)) elements[n] = id;
  return { pages, elements };
}

interface Written {
  /** What became of the rows that were not new. */
  readonly calls: ReadonlyMap<number, Outcome>;
  /** The ids of those that were. */
  readonly events: ReadonlySet<string>;
}

/** All that is left, with the commit, in one go: nothing here waits for an answer. */
async function writeAtOnce(
  tx: Tx,
  commit: () => Promise<unknown>,
  sender: Sender,
  batch: Batch,
  ids: SignatureIds,
): Promise<Written> {
  const calls = batch.calls.ids.length ? insertNewCalls(tx, sender, batch.calls, ids) : undefined;
  const artifacts = artifactRows(batch.calls, (row) => batch.calls.ids[row]);
  const linked = artifacts.length ? insertArtifacts(tx, sender.projectId, artifacts) : undefined;
  const events = batch.events.length ? insertEvents(tx, sender, batch.events, ids) : [];
  const [, , written] = await Promise.all([calls, linked, events, commit()]);
  return { calls: new Map(), events: new Set(written) };
}

async function writeInTurn(
  tx: Tx,
  sender: Sender,
  { calls, events }: Batch,
  ids: SignatureIds,
  expect: Expect,
): Promise<Written> {
  const outcomes = calls.ids.length ? await writeCalls(tx, sender, calls, ids, expect) : new Map();
  return { calls: outcomes, events: new Set(events.length ? await insertEvents(tx, sender, events, ids) : []) };
}

/** Writes calls and links their artifacts; answers what became of the rows that were not new. */
async function writeCalls(
  tx: Tx,
  sender: Sender,
  calls: Calls,
  ids: SignatureIds,
  expect: Expect,
): Promise<Map<number, Outcome>> {
  const outcomes = new Map<number, Outcome>();
  let taken: readonly string[] = [];
  if (expect === 'new') await insertNewCalls(tx, sender, calls, ids);
  else taken = await insertCalls(tx, sender, calls, ids);
  const stored = taken.length ? await fillCalls(tx, sender, calls, ids, taken) : undefined;
  if (stored) {
    const rows = new Map(calls.ids.map((id, row) => [id, row]));
    for (const id of taken) outcomes.set(rows.get(id) ?? -1, stored.has(id) ? 'duplicate' : 'seq_conflict');
  }

  const artifacts = artifactRows(calls, (row) => {
    const id = calls.ids[row] ?? '';
    return outcomes.get(row) === 'seq_conflict' ? undefined : (stored?.get(id) ?? id);
  });
  if (artifacts.length) await insertArtifacts(tx, sender.projectId, artifacts);
  return outcomes;
}

/** The links of calls to artifacts; `idOf` gives the id that a row is stored under, if it is. */
const artifactRows = ({ artifacts }: Calls, idOf: (row: number) => string | undefined): ArtifactRow[] =>
  artifacts.flatMap(({ row, ...artifact }) => {
    const call_id = idOf(row);
    return call_id === undefined ? [] : [{ ...artifact, call_id }];
  });

/** The keys of the items that changed something. */
const keysOf = ({ sessions, instances, tabs, runs }: WrittenContext['changed']): ReadonlySet<string> =>
  new Set([
    ...sessions.map((key) => `session ${key}`),
    ...instances.map((key) => `instance ${key}`),
    ...tabs.map(([instanceId, tabId]) => `tab ${tabKey(instanceId, tabId)}`),
    ...runs.map((key) => `run ${key}`),
  ]);
