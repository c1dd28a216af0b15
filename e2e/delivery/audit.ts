import type { Rows } from '../harness/rows.ts';
import { POISON } from './clicker.ts';

export interface Audit {
  readonly stored: number;
  readonly duplicates_stored: number;
  readonly lost: number;
  /** Of the lost: captures that no background took, because none answered their page in time. */
  readonly never_taken: number;
  /** Some of what is lost, to look for. */
  readonly missing: readonly string[];
  readonly poison_stored: number;
}

/**
 * Compares the database with what was done. A frame's clicks are numbered, so one that is missing between two that are stored was
 * lost; of a frame in `done`, whose browser lived on, also one that is missing after them. What a frame did in the moment in which its browser
 * was killed was never taken. Beside that, every event that was ever sent must be there.
 */
export async function audit(rows: Rows, done: ReadonlyMap<number, number>, sent: ReadonlySet<string>): Promise<Audit> {
  const calls = await rows.rows<{ event_uuid: string; seq: string; run_id: string; path: string }>(
    `select event_uuid, run_id, seq, regexp_replace(url_at_call, '^https?://[^/]+|[?].*$', '', 'g') as path from tool_calls`,
  );
  const events = await rows.rows<{ event_uuid: string }>('select event_uuid from events');
  const uuids = new Set([...calls, ...events].map(({ event_uuid }) => event_uuid));
  const clicks = new Map<number, Set<number>>();
  for (const { path } of calls) {
    const [, what, frame, n] = path.split('/');
    if (what !== 'frame' || n === undefined) continue;
    const numbers = clicks.get(Number(frame)) ?? new Set();
    clicks.set(Number(frame), numbers.add(Number(n)));
  }
  const poisoned = calls.filter(({ path }) => path.startsWith(POISON));
  const missing: string[] = [];
  for (const [frame, numbers] of clicks) {
    const end = done.get(frame) ?? Math.max(...numbers) + 1;
    for (let n = Math.min(...numbers); n < end; n += 1)
      if (!numbers.has(n) && !(frame === 0 && n === 20)) missing.push(`/frame/${frame}/${n}`);
  }
  for (const frame of done.keys()) if (!clicks.has(frame)) missing.push(`/frame/${frame}/*`);
  const unstored = [...sent].filter((uuid) => !uuids.has(uuid));
  // The poison was sent and must not be there.
  const lostSent = unstored.length - (poisoned.length === 0 ? 1 : 0);
  const clicksStored = [...clicks.values()].reduce((sum, numbers) => sum + numbers.size, 0);
  const clickRows = calls.filter(({ path }) => path.startsWith('/frame/')).length;
  return {
    stored: uuids.size,
    duplicates_stored: calls.length + events.length - uuids.size + (clickRows - clicksStored),
    lost: missing.length + Math.max(0, lostSent),
    never_taken: missing.length,
    missing: [...missing, ...unstored].slice(0, 20),
    poison_stored: poisoned.length,
  };
}
