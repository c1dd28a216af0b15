import type { IngestItem } from '../../shared/protocol/schema.ts';
import { earlier, filled, type InstanceRow, type RunRow, type SessionRow, type TabRow } from './rows.ts';

export interface ContextRows {
  readonly sessions: ReadonlyMap<string, SessionRow>;
  readonly instances: ReadonlyMap<string, InstanceRow>;
  readonly tabs: ReadonlyMap<string, TabRow>;
  readonly runs: ReadonlyMap<string, RunRow>;
}

/** Key of a tab, whose id means something only within its instance. */
export const tabKey = (instanceId: string, tabId: string): string => JSON.stringify([instanceId, tabId]);

/**
 * Sessions, instances, tabs and runs of a batch, each once: as its items tell them, and stubs for those that calls only
 * name, so that every reference holds whatever the order of arrival.
 */
export function collectContext(items: readonly IngestItem[]): ContextRows {
  const sessions = new Map<string, SessionRow>();
  const instances = new Map<string, InstanceRow>();
  const tabs = new Map<string, TabRow>();
  const runs = new Map<string, RunRow>();

  const addSession = (row: SessionRow) => {
    const known = sessions.get(row.session_id);
    sessions.set(row.session_id, startedAt(filled(known, row), known, row));
  };
  const addInstance = (row: InstanceRow) => instances.set(row.instance_id, filled(instances.get(row.instance_id), row));
  const addTab = (row: TabRow) => {
    const key = tabKey(row.instance_id, row.tab_id);
    tabs.set(key, filled(tabs.get(key), row));
  };
  const addRun = (row: RunRow) => {
    const known = runs.get(row.run_id);
    const merged = startedAt(filled(known, row), known, row);
    const ends = known?.status === 'running' && row.status !== 'running';
    runs.set(row.run_id, ends ? { ...merged, status: row.status } : merged);
  };

  /** Start of the stubs of each context. Nearly all items of a batch share one, and the stubs of one need no merging. */
  const told = new Map<string, string | undefined>();
  const addStubs = (context: ItemContext, at: string | undefined) => {
    const { run_id, session_id, instance_id, tab_id } = context;
    const key = `${run_id}\0${session_id}\0${instance_id}\0${tab_id}`;
    const start = told.get(key);
    if (told.has(key) && (!at || (start && earlier(at, start) === start))) return;
    told.set(key, at);
    if (session_id) addSession({ session_id, started_at: at });
    if (instance_id) addInstance({ instance_id, session_id });
    if (instance_id && tab_id) addTab({ instance_id, tab_id });
    if (run_id && at) addRun({ run_id, session_id, instance_id, status: 'running', started_at: at });
  };

  for (const item of items) {
    addStubs(contextOf(item), startOf(item));
    if (item.kind === 'session') addSession(item);
    else if (item.kind === 'instance') addInstance(item);
    else if (item.kind === 'tab') addTab(item);
    else if (item.kind === 'run') addRun(item);
  }
  return { sessions, instances, tabs, runs };
}

/** `merged` with the earlier start of two tellings; itself where that is the first's. */
function startedAt<T extends { readonly started_at?: string | undefined }>(
  merged: T,
  first: T | undefined,
  second: T,
): T {
  if (!first?.started_at || !second.started_at) return merged;
  const started_at = earlier(first.started_at, second.started_at);
  return started_at === merged.started_at ? merged : { ...merged, started_at };
}

interface ItemContext {
  readonly run_id?: string | undefined;
  readonly session_id?: string | undefined;
  readonly instance_id?: string | undefined;
  readonly tab_id?: string | undefined;
}

/** What an item names beside itself. */
function contextOf(item: IngestItem): ItemContext {
  switch (item.kind) {
    case 'tool_call':
    case 'event':
      return item.context;
    case 'run':
    case 'instance':
    case 'tab':
      return { session_id: item.session_id, instance_id: item.instance_id };
    case 'session':
      return {};
  }
}

/** When an item happened; undefined where it does not say, and then a stub starts now. */
function startOf(item: IngestItem): string | undefined {
  switch (item.kind) {
    case 'tool_call':
    case 'run':
      return item.started_at;
    case 'event':
      return item.occurred_at;
    default:
      return undefined;
  }
}
