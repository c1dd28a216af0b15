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
    sessions.set(row.session_id, {
      ...filled(known, row),
      started_at: earlier(known?.started_at ?? row.started_at, row.started_at),
    });
  };
  const addInstance = (row: InstanceRow) => instances.set(row.instance_id, filled(instances.get(row.instance_id), row));
  const addTab = (row: TabRow) => {
    const key = tabKey(row.instance_id, row.tab_id);
    tabs.set(key, filled(tabs.get(key), row));
  };
  const addRun = (row: RunRow) => {
    const known = runs.get(row.run_id);
    runs.set(row.run_id, {
      ...filled(known, row),
      status: known && known.status !== 'running' ? known.status : row.status,
      started_at: earlier(known?.started_at ?? row.started_at, row.started_at),
    });
  };

  for (const item of items) {
    const { run_id, session_id, instance_id, tab_id, at } = contextOf(item);
    if (session_id && at) addSession({ session_id, started_at: at });
    if (instance_id) addInstance({ instance_id, session_id });
    if (instance_id && tab_id) addTab({ instance_id, tab_id });
    if (run_id && at) addRun({ run_id, session_id, instance_id, status: 'running', started_at: at });
    if (item.kind === 'session') addSession(item);
    else if (item.kind === 'instance') addInstance(item);
    else if (item.kind === 'tab') addTab(item);
    else if (item.kind === 'run') addRun(item);
  }
  return { sessions, instances, tabs, runs };
}

interface ItemContext {
  readonly run_id?: string | undefined;
  readonly session_id?: string | undefined;
  readonly instance_id?: string | undefined;
  readonly tab_id?: string | undefined;
  /** When the item happened; absent where it does not say, and then a stub starts now. */
  readonly at?: string | undefined;
}

function contextOf(item: IngestItem): ItemContext {
  switch (item.kind) {
    case 'tool_call':
      return { ...item.context, at: item.started_at };
    case 'event':
      return { ...item.context, at: item.occurred_at };
    case 'run':
      return { session_id: item.session_id, instance_id: item.instance_id, at: item.started_at };
    case 'instance':
    case 'tab':
      return { session_id: item.session_id, instance_id: item.instance_id };
    case 'session':
      return {};
  }
}
