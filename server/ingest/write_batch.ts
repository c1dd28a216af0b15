import { v7 as uuidv7 } from 'uuid';
import type { EventItem, IngestItem, ToolCall } from '../../shared/protocol/schema.ts';
import type { Tx } from '../db/db.ts';
import { type ContextRows, collectContext, tabKey } from './collect_context.ts';
import { collectElements, collectPages } from './collect_signatures.ts';
import { type Found, findKnown } from './find_known.ts';
import { type ArtifactRow, type CallRow, type EventRow, filled } from './rows.ts';
import { fillCalls, insertArtifacts, insertCalls, insertEvents, insertNewCalls } from './write_calls.ts';
import { writeInstances, writeRuns, writeSessions, writeTabs } from './write_context.ts';
import { writeElements, writePages } from './write_signatures.ts';

export type Outcome = 'accepted' | 'duplicate' | 'seq_conflict';

/** Whether the calls of a batch are taken to be new, or each is looked for first. */
export type Expect = 'new' | 'any';

/**
 * Writes a batch, one statement a table, in the order that the foreign keys ask for; answers an outcome an item. Where all are
 * expected to be new, throws a unique violation (SQLSTATE 23505) if one is not.
 */
export async function writeBatch(
  tx: Tx,
  projectId: string,
  items: readonly IngestItem[],
  expect: Expect,
): Promise<Outcome[]> {
  const signed = items.filter((item) => item.kind === 'tool_call' || item.kind === 'event');
  const context = collectContext(items);
  const pages = collectPages(signed);
  const elements = collectElements(signed, pages.numberOf);
  const { news, known } = await findKnown(tx, projectId, context, pages.rows, elements.rows);
  const changed = await writeContext(tx, projectId, context, news);

  const pageIds = new Map(known.pages);
  const newPages = pages.rows.filter(({ n }) => !pageIds.has(n));
  if (newPages.length) for (const [n, id] of await writePages(tx, projectId, newPages)) pageIds.set(n, id);
  const elementIds = new Map(known.elements);
  const newElements = elements.rows.flatMap((row) => {
    const page_sig_id = pageIds.get(row.page);
    return elementIds.has(row.n) || page_sig_id === undefined ? [] : [{ ...row, page_sig_id }];
  });
  if (newElements.length) for (const [n, id] of await writeElements(tx, projectId, newElements)) elementIds.set(n, id);
  const signatures = (item: (typeof signed)[number]): Signatures => ({
    page_sig_id: at(pageIds, pages.numberOf(item)),
    elem_sig_id: at(elementIds, elements.numberOf(item)),
  });

  const calls = await writeCalls(
    tx,
    projectId,
    items.filter((item) => item.kind === 'tool_call'),
    signatures,
    expect,
  );
  const events = await writeEvents(
    tx,
    projectId,
    items.filter((item) => item.kind === 'event'),
    signatures,
  );
  return items.map(
    (item) => calls.get(item) ?? events.get(item) ?? (changed.has(entityKey(item)) ? 'accepted' : 'duplicate'),
  );
}

/** Writes what is new of the context; answers the keys (`entityKey`) of the items that changed something. */
async function writeContext(
  tx: Tx,
  projectId: string,
  { sessions, instances, tabs, runs }: ContextRows,
  news: Found['news'],
): Promise<ReadonlySet<string>> {
  const tabKeys = news.tabs.map(([instanceId, tabId]) => tabKey(instanceId, tabId));
  const of = <Row>(rows: ReadonlyMap<string, Row>, keys: readonly string[]): Row[] =>
    keys.flatMap((key) => rows.get(key) ?? []);
  if (news.sessions.length) await writeSessions(tx, projectId, of(sessions, news.sessions));
  if (news.instances.length) await writeInstances(tx, projectId, of(instances, news.instances));
  if (tabKeys.length) await writeTabs(tx, projectId, of(tabs, tabKeys));
  if (news.runs.length) await writeRuns(tx, projectId, of(runs, news.runs));
  return new Set([
    ...news.sessions.map((key) => `session ${key}`),
    ...news.instances.map((key) => `instance ${key}`),
    ...tabKeys.map((key) => `tab ${key}`),
    ...news.runs.map((key) => `run ${key}`),
  ]);
}

interface Signatures {
  readonly page_sig_id: string | undefined;
  readonly elem_sig_id: string | undefined;
}

type CallItem = ToolCall & { kind: 'tool_call' };

async function writeCalls(
  tx: Tx,
  projectId: string,
  items: readonly CallItem[],
  signatures: (item: CallItem) => Signatures,
  expect: Expect,
): Promise<Map<IngestItem, Outcome>> {
  const outcomes = new Map<IngestItem, Outcome>();
  if (items.length === 0) return outcomes;
  const callIds = uuidsOf(items.length);
  const rows = new Map<string, CallRow>();
  const keys = items.map((item) => callKey(item.context.run_id, item.event_uuid));
  items.forEach((item, index) => {
    const key = keys[index] ?? '';
    const known = rows.get(key);
    outcomes.set(item, known ? 'duplicate' : 'accepted');
    rows.set(key, filled(known, callRow(item, callIds[index] ?? '', signatures(item))));
  });

  const taken = new Set<string>();
  if (expect === 'new') await insertNewCalls(tx, projectId, [...rows.values()]);
  else for (const id of await insertCalls(tx, projectId, [...rows.values()])) taken.add(id);
  const told = [...rows.values()].filter((row) => taken.has(row.call_id));
  const merged = told.length ? await fillCalls(tx, projectId, told) : [];
  const mergedInto = new Map(merged.map((call) => [callKey(call.run_id, call.event_uuid), call.call_id]));

  const artifacts: ArtifactRow[] = [];
  items.forEach((item, index) => {
    const key = keys[index] ?? '';
    const own = rows.get(key)?.call_id ?? '';
    const call_id = taken.has(own) ? mergedInto.get(key) : own;
    if (call_id === undefined) outcomes.set(item, 'seq_conflict');
    else {
      if (taken.has(own)) outcomes.set(item, 'duplicate');
      for (const { size, ...artifact } of item.artifacts ?? []) {
        artifacts.push({ ...artifact, call_id, size_bytes: size });
      }
    }
  });
  if (artifacts.length) await insertArtifacts(tx, projectId, artifacts);
  return outcomes;
}

function callRow(item: ToolCall, call_id: string, { page_sig_id, elem_sig_id }: Signatures): CallRow {
  const { context } = item;
  return {
    call_id,
    run_id: context.run_id,
    seq: item.seq,
    event_uuid: item.event_uuid,
    tool_name: item.tool_name,
    started_at: item.started_at,
    ended_at: item.ended_at,
    success: item.success,
    error_msg: item.error_msg,
    input_jsonb: item.input_json,
    output_jsonb: item.output_json,
    instance_id: context.instance_id,
    session_id: context.session_id,
    tab_id: context.tab_id,
    url_at_call: context.url,
    page_sig_id,
    elem_sig_id,
  };
}

/** UUIDv7s of now. Their random bits come at once, because each asking costs as much as the rest of a row. */
function uuidsOf(count: number): string[] {
  const random = crypto.getRandomValues(new Uint8Array(16 * count));
  return Array.from({ length: count }, (_, at) => uuidv7({ random: random.subarray(16 * at, 16 * at + 16) }));
}

async function writeEvents(
  tx: Tx,
  projectId: string,
  items: readonly EventItem[],
  signatures: (item: EventItem) => Signatures,
): Promise<Map<IngestItem, Outcome>> {
  const rows = new Map<string, EventRow>();
  const first = new Map<string, EventItem>();
  for (const item of items) {
    const { context, event_uuid, name, occurred_at, data } = item;
    if (rows.has(event_uuid)) continue;
    first.set(event_uuid, item);
    rows.set(event_uuid, { ...context, ...signatures(item), event_uuid, name, occurred_at, data });
  }
  const written = new Set(rows.size ? await insertEvents(tx, projectId, [...rows.values()]) : []);
  return new Map(
    items.map((item) => [
      item,
      written.has(item.event_uuid) && first.get(item.event_uuid) === item ? 'accepted' : 'duplicate',
    ]),
  );
}

const at = (ids: ReadonlyMap<number, string>, n: number | undefined): string | undefined =>
  n === undefined ? undefined : ids.get(n);

const callKey = (runId: string, eventUuid: string): string => `${runId} ${eventUuid}`;

function entityKey(item: IngestItem): string {
  switch (item.kind) {
    case 'session':
      return `session ${item.session_id}`;
    case 'instance':
      return `instance ${item.instance_id}`;
    case 'tab':
      return `tab ${tabKey(item.instance_id, item.tab_id)}`;
    case 'run':
      return `run ${item.run_id}`;
    case 'tool_call':
    case 'event':
      return item.event_uuid;
  }
}
