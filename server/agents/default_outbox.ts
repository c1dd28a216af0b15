import { createHash } from 'node:crypto';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Endpoint } from '../../shared/client/endpoint.ts';

/** A folder for each server and key: what was recorded for one project never goes to another. */
export function defaultOutbox({ server_url, key }: Endpoint, home = homedir()): string {
  const name = createHash('sha256').update(`${server_url} ${key}`).digest('hex').slice(0, 16);
  return join(home, '.laskobot', 'outbox', name);
}
