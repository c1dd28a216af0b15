import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { v4 as uuidv4 } from 'uuid';
import { createApi } from '../../../shared/client/api.ts';
import type { Endpoint } from '../../../shared/client/endpoint.ts';
import { openFileClient } from '../../../shared/client/file/file_client.ts';
import { warnOfPause } from '../warn_of_pause.ts';
import { replaceFile, withLock } from './with_lock.ts';

/** Longest wait for the server while a worker starts, in ms: without it, what it told last time holds. */
const START_MS = 3000;

interface Known {
  readonly instance_id: string;
  readonly server_url?: string;
  /** Of the project that the server told last. */
  readonly text_key?: string;
}

/** Sends what is recorded, through a folder; knows the key of the project's hashes. */
export async function openDelivery(dir: string, endpoint: Endpoint) {
  const outbox = join(dir, 'outbox');
  const onPaused = warnOfPause(endpoint, outbox);
  const client = await openFileClient({ dir: outbox, endpoint, sync: 'never', onPaused });
  const api = createApi({ serverUrl: endpoint.server_url, key: endpoint.key, fetch, timeoutMs: START_MS });
  const told = await api.project();
  const known = await remembered(join(dir, 'client.json'), endpoint, told.ok ? told.value.text_key : undefined);
  return {
    client,
    api,
    instance_id: known.instance_id,
    /** Undefined where the server never answered: calls then go without signatures. */
    textKey: known.server_url === endpoint.server_url ? known.text_key : undefined,
  };
}

export type Delivery = Awaited<ReturnType<typeof openDelivery>>;

function remembered(path: string, { server_url }: Endpoint, text_key: string | undefined): Promise<Known> {
  return withLock(path, async () => {
    const text = await readFile(path, 'utf8').catch(() => '{}');
    const before = parsed(text);
    const known: Known = {
      ...before,
      instance_id: before.instance_id ?? uuidv4(),
      ...(text_key === undefined ? {} : { server_url, text_key }),
    };
    const next = `${JSON.stringify(known)}\n`;
    if (next !== text) await replaceFile(path, next);
    return known;
  });
}

function parsed(text: string): Partial<Known> {
  try {
    const value = JSON.parse(text) as Partial<Known> | null;
    return value ?? {};
  } catch {
    return {};
  }
}
