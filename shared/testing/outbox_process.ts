import { writeSync } from 'node:fs';
import { openFileOutbox } from '../client/file/file_outbox.ts';

/**
 * A process with an outbox, for tests that kill it: `node … DIR PREFIX COUNT SETTLE CHARS`. Queues COUNT items and tells each on a
 * line of its own, `queued UUID` or `dropped UUID`; with SETTLE=yes it also takes items off, `taking UUID…` before and `taken UUID…`
 * after. At the end it prints its counts and stays.
 */
const [dir = '', prefix = '', count = '0', settle = 'no', chars = '10'] = process.argv.slice(2);
const outbox = await openFileOutbox({ dir, now: Date.now, sync: 'never' });
// Not process.stdout, which keeps lines in memory while the reader is slow: a kill would lose them.
const say = (line: string): number => writeSync(1, `${line}\n`);
for (let n = 0; n < Number(count); n += 1) {
  const uuid = `${prefix}-${n}`;
  const session_id = uuid + 'x'.repeat(Number(chars));
  const item = { kind: 'session', session_id, started_at: '2026-01-01T00:00:00Z' } as const;
  say(`${await outbox.enqueue(item, uuid, n % 3 === 0 ? 1 : 2)} ${uuid}`);
  if (settle === 'yes' && n % 5 === 4) {
    const now = Date.now();
    const batch = await outbox.lease({ now, maxItems: 3, maxBytes: 1e6, until: now + 1000 });
    const [first, ...rest] = batch.map((entry) => entry.uuid);
    say(`taking ${batch.map((entry) => entry.uuid).join(' ')}`);
    await outbox.settle({ delivered: rest, dead: first ? [{ uuid: first, code: 'x', reason: 'r' }] : [] }, now);
    say(`taken ${batch.map((entry) => entry.uuid).join(' ')}`);
  }
}
say(`counts ${JSON.stringify(await outbox.counts())}`);
setInterval(() => undefined, 1000);
