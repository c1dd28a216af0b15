import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readdir, rename } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { nodeProgram } from '../../testing/node_program.ts';
import type { OutboxCounts } from '../outbox.ts';
import { type FileOutbox, type FileOutboxOptions, openFileOutbox } from './file_outbox.ts';
import { nameOf } from './owner.ts';

const ROUNDS = 8;
/** Whole processes on a machine that does other things too. */
const SLOW_MS = 120_000;
/** All rounds together stay within the bounds: nothing may be evicted. */
const PER_ROUND = 400;

let program = '';
let dir = '';
const children: ChildProcess[] = [];

beforeAll(async () => {
  program = await nodeProgram('shared/testing/outbox_process.ts');
});
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'laskobot-outbox-'));
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

interface Program {
  readonly child: ChildProcess;
  /** Whole lines that it has said. */
  lines(): readonly string[];
  readonly ended: Promise<void>;
  said(start: string): Promise<string>;
}

function start(args: readonly (string | number)[], limit = ''): Program {
  const command = `${limit} exec "$@"`;
  const child = spawn('bash', ['-c', command, 'program', process.execPath, program, ...args.map(String)]);
  children.push(child);
  let text = '';
  let changed = (): void => undefined;
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString();
    changed();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    text += `stderr ${chunk.toString()}`;
  });
  const lines = (): readonly string[] => text.split('\n').slice(0, -1);
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  async function said(begin: string): Promise<string> {
    for (;;) {
      const line = lines().find((each) => each.startsWith(begin));
      if (line !== undefined) return line;
      if (child.exitCode !== null || child.signalCode !== null) throw new Error(`It ended and said only: ${text}`);
      const more = new Promise<void>((resolve) => {
        changed = resolve;
      });
      await Promise.race([more, ended]);
    }
  }
  return { child, lines, ended, said };
}

const open = (options: Partial<FileOutboxOptions> = {}): Promise<FileOutbox> =>
  openFileOutbox({ dir, now: () => 1000, sync: 'never', ...options });
const item = (text: string) => ({ kind: 'session', session_id: text, started_at: '2026-01-01T00:00:00Z' }) as const;
const all = { now: 1000, maxItems: 100_000, maxBytes: 1e9, until: 2000 };
const uuidsOf = async (outbox: FileOutbox): Promise<string[]> => (await outbox.lease(all)).map(({ uuid }) => uuid);
async function countsOf(outbox: FileOutbox): Promise<OutboxCounts> {
  const counts = await outbox.counts();
  expect(counts.enqueued).toBe(counts.delivered + counts.queued + counts.dead + counts.dropped);
  return counts;
}

describe('the outbox in files', { timeout: SLOW_MS }, () => {
  it('items that come at once are written together, each with its own answer, in the order in which they came', async () => {
    const outbox = await open({ maxItems: 6 });
    const put = (uuids: readonly string[]) => Promise.all(uuids.map((uuid) => outbox.enqueue(item(uuid), uuid, 1)));
    expect(await put(['a', 'b', 'c'])).toEqual(['queued', 'queued', 'queued']);
    expect(await put(['d', 'a', 'd', 'e'])).toEqual(['queued', 'duplicate', 'duplicate', 'queued']);
    // Room for one, then the oldest goes for each.
    expect(await put(['f', 'g'])).toEqual(['queued', 'queued']);
    expect(await uuidsOf(outbox)).toEqual(['b', 'c', 'd', 'e', 'f', 'g']);
    expect(await countsOf(outbox)).toMatchObject({ enqueued: 7, queued: 6, dropped: 1 });
    await outbox.close();
    const [journal = ''] = await readdir(dir);
    await rename(join(dir, journal), join(dir, nameOf({ pid: process.pid, start: '1' })));
    const next = await open();
    expect(await uuidsOf(next)).toEqual(['b', 'c', 'd', 'e', 'f', 'g']);
    await next.close();
  });

  it('keeps items over processes, and removes what is settled', async () => {
    const first = await open();
    for (const uuid of ['a', 'b', 'c']) expect(await first.enqueue(item(uuid), uuid, 1)).toBe('queued');
    expect(await first.enqueue(item('a'), 'a', 1)).toBe('duplicate');
    await first.settle({ delivered: ['b'], dead: [{ uuid: 'c', code: 'x', reason: 'r' }] }, 1000);
    expect(await countsOf(first)).toMatchObject({ enqueued: 3, delivered: 1, queued: 1, dead: 1 });
    expect(await first.enqueue(item('c'), 'c', 1)).toBe('duplicate');
    expect(await first.deadLetters()).toMatchObject([{ uuid: 'c', code: 'x', reason: 'r', at: 1000 }]);
    expect(await first.retryDeadLetters(['nobody'])).toBe(0);
    expect(await first.retryDeadLetters()).toBe(1);
    expect(await uuidsOf(first)).toEqual(['a', 'c']);
    await first.settle({ delivered: ['a', 'c'], dead: [] }, 1000);
    await first.close();
    expect(await readdir(dir)).toEqual([]);
  });

  it('evicts within its bounds by priority, oldest first, and not what is being sent', async () => {
    const outbox = await open({ maxItems: 3 });
    await outbox.enqueue(item('call'), 'call', 1);
    await outbox.enqueue(item('e1'), 'e1', 2);
    await outbox.lease({ ...all, maxItems: 2 });
    await outbox.enqueue(item('e2'), 'e2', 2);
    await outbox.enqueue(item('e3'), 'e3', 2);
    expect(await outbox.enqueue(item('c2'), 'c2', 1)).toBe('queued');
    expect(await outbox.enqueue(item('e4'), 'e4', 2)).toBe('dropped');
    expect(await uuidsOf(outbox)).toEqual(['call', 'e1', 'c2']);
    expect(await countsOf(outbox)).toMatchObject({ enqueued: 6, queued: 3, drop_reasons: { queue_full: 3 } });
    await outbox.close();
  });

  it('waits as long as the server asked an earlier process to', async () => {
    const first = await open();
    await first.enqueue(item('a'), 'a', 1);
    await first.setState({ attempt: 3, not_before: 9000, since: 1000 });
    await first.close();
    const [journal = ''] = await readdir(dir);
    const { child, ended } = start([dir, 'p', 0]);
    child.kill('SIGKILL');
    await ended;
    const outbox = await open();
    expect(await uuidsOf(outbox)).toEqual([]);
    await rename(join(dir, journal), join(dir, nameOf({ pid: child.pid ?? 0, start: '1' })));
    expect(await outbox.adopt()).toBe(1);
    expect(await uuidsOf(outbox)).toEqual(['a']);
    expect((await outbox.state()).not_before).toBe(9000);
    await outbox.close();
  });

  it(`loses nothing that it took, over ${ROUNDS} kills at any moment`, async () => {
    const queued = new Set<string>();
    const taking = new Set<string>();
    const taken = new Set<string>();
    for (let round = 0; round < ROUNDS; round += 1) {
      const { child, lines, ended, said } = start([dir, `r${round}`, PER_ROUND, 'yes', round * 40]);
      await said('taken');
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 80));
      child.kill('SIGKILL');
      await ended;
      for (const line of lines()) {
        const [what, ...uuids] = line.split(' ');
        const set = { queued, taking, taken }[what ?? ''];
        expect(what).not.toBe('stderr');
        for (const uuid of set ? uuids : []) set?.add(uuid);
      }
    }
    const outbox = await open({ maxItems: 1e6, maxBytes: 1e9 });
    const left = new Set([...(await uuidsOf(outbox)), ...(await outbox.deadLetters()).map(({ uuid }) => uuid)]);
    expect([...queued].filter((uuid) => !left.has(uuid) && !taking.has(uuid))).toEqual([]);
    expect((await uuidsOf(outbox)).filter((uuid) => taken.has(uuid))).toEqual([]);
    await countsOf(outbox);
    expect(queued.size).toBeGreaterThan(ROUNDS * 4);
    await outbox.close();
  });

  it('serves processes at once, and one of several takes over what another left', async () => {
    const programs = [0, 1, 2].map((n) => start([dir, `p${n}`, 200]));
    for (const each of programs) await each.said('counts');
    const outbox = await open();
    expect(await uuidsOf(outbox)).toEqual([]);
    for (const each of programs) {
      each.child.kill('SIGKILL');
      await each.ended;
    }
    const [adopted, rival] = await Promise.all([outbox.adopt(), open()]);
    expect(adopted + (await countsOf(rival)).queued / 200).toBe(3);
    await outbox.close();
    await rival.close();
  });

  it('makes room or counts where the disk is full, and never rejects', async () => {
    const { said, lines } = start([dir, 'p', 400, 'no', 1000], 'ulimit -f 200;');
    const counts = JSON.parse((await said('counts')).slice(7)) as OutboxCounts;
    expect(counts.enqueued).toBe(400);
    expect(counts.enqueued).toBe(counts.delivered + counts.queued + counts.dead + counts.dropped);
    expect(counts.drop_reasons.disk_full).toBeGreaterThan(0);
    expect(counts.queued).toBeGreaterThan(50);
    expect(lines().filter((line) => line.startsWith('stderr'))).toEqual([]);
    // What matters more stayed: every third was a call.
    const kept = lines().filter((line) => line.startsWith('queued')).length;
    expect(kept).toBeGreaterThan(counts.queued);
  });
});
