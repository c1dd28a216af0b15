import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { IngestItem, ItemResult } from '../protocol/schema.ts';
import { backoffMs, retryAfterMs, retryAfterOf } from './backoff.ts';
import { createDelivery } from './delivery.ts';
import { type DeliveryState, FRESH_STATE, type OutboxEntry, type OutboxStore } from './outbox.ts';

type Reply = { readonly status: number; readonly headers?: Record<string, string>; readonly body?: unknown } | 'drop';

/** A real HTTP server that answers as told, and remembers what reached it. */
function scriptedServer(reply: (items: IngestItem[], request: number) => Reply) {
  const requests: IngestItem[][] = [];
  const server: Server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += String(chunk);
    const { items } = JSON.parse(text) as { items: IngestItem[] };
    requests.push(items);
    const answer = reply(items, requests.length);
    if (answer === 'drop') {
      request.socket.destroy();
      return;
    }
    response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers });
    response.end(JSON.stringify(answer.body ?? {}));
  });
  return { server, requests };
}

const accepted = (items: readonly IngestItem[]): Reply => {
  const results: ItemResult[] = items.map((_, index) => ({ index, status: 'accepted' }));
  return { status: 200, body: { accepted: items.length, duplicate: 0, rejected: 0, results } };
};

function memoryStore(count: number, itemBytes: number) {
  const queue: OutboxEntry[] = Array.from({ length: count }, (_, n) => ({
    uuid: `u${n}`,
    item: { kind: 'session', session_id: `s${n}`, started_at: '2026-01-01T00:00:00Z' },
    bytes: itemBytes,
    priority: 1,
    waits_for: 0,
    hold_until: 0,
  }));
  const delivered: string[] = [];
  const dead: { uuid: string; code: string }[] = [];
  let state: DeliveryState = FRESH_STATE;
  const store: OutboxStore = {
    lease: async ({ maxItems, maxBytes }) => {
      let bytes = 0;
      return queue.slice(0, maxItems).filter((entry, n) => {
        bytes += entry.bytes;
        return n === 0 || bytes <= maxBytes;
      });
    },
    settle: async (settlement) => {
      const gone = new Set([...settlement.delivered, ...settlement.dead.map(({ uuid }) => uuid)]);
      delivered.push(...settlement.delivered);
      dead.push(...settlement.dead);
      queue.splice(0, queue.length, ...queue.filter(({ uuid }) => !gone.has(uuid)));
    },
    counts: async () => {
      throw new Error('not used');
    },
    state: async () => state,
    setState: async (next) => {
      state = next;
    },
  };
  return { store, queue, delivered, dead, state: () => state };
}

let open: Server | undefined;
let clock = 0;
let key = 'k';
beforeEach(() => {
  clock = 1_000_000;
  key = 'k';
});
afterEach(() => {
  open?.closeAllConnections();
  open?.close();
});

async function delivering(
  count: number,
  reply: (items: IngestItem[], request: number) => Reply,
  { itemBytes = 100 }: { itemBytes?: number } = {},
) {
  const { server, requests } = scriptedServer(reply);
  open = server;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const memory = memoryStore(count, itemBytes);
  const inits: RequestInit[] = [];
  const delivery = createDelivery({
    store: memory.store,
    fetch: (input, init = {}) => {
      inits.push(init);
      return fetch(input, init);
    },
    now: () => clock,
    random: () => 0.5,
    endpoint: async () => ({ server_url: `http://127.0.0.1:${port}`, key }),
    exclusively: async (work) => {
      await work();
      return true;
    },
  });
  return { ...memory, requests, inits, delivery };
}

describe('delivery', () => {
  it('delivers everything in batches and deletes by uuid what was acknowledged', async () => {
    const t = await delivering(250, accepted);
    expect(await t.delivery.flush()).toBe('idle');
    expect(t.requests.map((items) => items.length)).toEqual([100, 100, 50]);
    expect(t.delivered).toHaveLength(250);
    expect(new Set(t.delivered).size).toBe(250);
  });

  it('keeps what an answer does not speak of', async () => {
    const t = await delivering(3, (items, request) =>
      request === 1
        ? {
            status: 200,
            body: {
              results: [
                { index: 1, status: 'duplicate' },
                { index: 7, status: 'accepted' },
              ],
            },
          }
        : accepted(items),
    );
    await t.delivery.flush();
    expect(t.delivered).toEqual(['u1', 'u0', 'u2']);
  });

  it.each([
    [400, ['u37']],
    [413, ['u37']],
    [400, ['u0', 'u50', 'u51', 'u249']],
  ])(
    'isolates poison items of batches refused with %i as dead letters, and delivers the rest',
    async (status, poison) => {
      const isPoison = (item: IngestItem): boolean =>
        item.kind === 'session' && poison.includes(item.session_id.replace('s', 'u'));
      const t = await delivering(250, (items) =>
        items.some(isPoison) ? { status, body: { error: { code: 'refused', message: 'bad' } } } : accepted(items),
      );
      expect(await t.delivery.flush()).toBe('idle');
      expect(t.dead).toEqual(poison.map((uuid) => ({ uuid, code: 'refused', reason: 'bad' })));
      expect(t.delivered).toHaveLength(250 - poison.length);
      expect(t.queue).toEqual([]);
    },
  );

  it('settles each item once, whatever the server answers on the way', async () => {
    const reply = fc.constantFrom<Reply | 'accept'>(
      'accept',
      'accept',
      'drop',
      { status: 500 },
      { status: 503, headers: { 'retry-after': '7' } },
      { status: 429, headers: { 'retry-after': '3600' } },
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(reply, { maxLength: 12 }),
        fc.integer({ min: 0, max: 150 }),
        async (replies, poison) => {
          const isPoison = (item: IngestItem): boolean => item.kind === 'session' && item.session_id === `s${poison}`;
          const t = await delivering(130, (items, request) => {
            const said = replies[request - 1] ?? 'accept';
            if (said !== 'accept') return said;
            return items.some(isPoison) ? { status: 413 } : accepted(items);
          });
          for (let round = 0; round <= replies.length && (await t.delivery.flush()) === 'waiting'; round += 1) {
            const { not_before } = t.state();
            expect(not_before - clock).toBeLessThanOrEqual(3600_000);
            clock = not_before;
          }
          expect(t.queue).toEqual([]);
          expect(t.dead.map(({ uuid }) => uuid)).toEqual(poison < 130 ? [`u${poison}`] : []);
          expect([...t.delivered].sort()).toEqual(
            Array.from({ length: 130 }, (_, n) => `u${n}`)
              .filter((uuid) => uuid !== `u${poison}`)
              .sort(),
          );
          open?.closeAllConnections();
          open?.close();
        },
      ),
      { numRuns: 15 },
    );
  });

  it('makes a dead letter of an item refused by itself, but not of one that the server could not take now', async () => {
    const t = await delivering(2, (_items, request) => ({
      status: 200,
      body: {
        results: [
          { index: 0, status: 'rejected', code: request === 1 ? 'seq_conflict' : 'unavailable', reason: 'r' },
          { index: 1, status: 'rejected', code: 'unavailable', reason: 'r' },
        ],
      },
    }));
    expect(await t.delivery.flush()).toBe('waiting');
    expect(t.dead.map(({ uuid, code }) => [uuid, code])).toEqual([['u0', 'seq_conflict']]);
    expect(t.queue.map(({ uuid }) => uuid)).toEqual(['u1']);
  });

  it('waits after a dropped connection, longer each time, and loses nothing', async () => {
    const t = await delivering(1, (items, request) => (request <= 2 ? 'drop' : accepted(items)));
    expect(await t.delivery.flush()).toBe('waiting');
    expect(t.state()).toMatchObject({ attempt: 1, not_before: clock + 500 });
    expect(await t.delivery.flush()).toBe('waiting');
    expect(t.requests).toHaveLength(1);
    clock += 500;
    expect(await t.delivery.flush()).toBe('waiting');
    expect(t.state()).toMatchObject({ attempt: 2, not_before: clock + 1000 });
    clock += 1000;
    expect(await t.delivery.flush()).toBe('idle');
    expect(t.delivered).toEqual(['u0']);
    expect(t.state()).toEqual(FRESH_STATE);
  });

  it.each([
    [429, '120', 120_000],
    [503, '120', 120_000],
    // Beyond the longest backoff too.
    [503, '3600', 3600_000],
    [429, new Date(1_000_000 + 90_000).toUTCString(), 90_000],
    // Less than the backoff would be.
    [429, '0', 500],
    [503, 'soon', 500],
  ])('never undercuts Retry-After: %i, %s', async (status, header, ms) => {
    const t = await delivering(1, () => ({ status, headers: { 'retry-after': header } }));
    expect(await t.delivery.flush()).toBe('waiting');
    expect(t.state().not_before).toBe(clock + ms);
    clock += ms - 1;
    expect(await t.delivery.flush()).toBe('waiting');
    expect(t.requests).toHaveLength(1);
  });

  it('waits anew where the clock was set back, and begins afresh with another key', async () => {
    const t = await delivering(1, (items) =>
      key === 'k' ? { status: 429, headers: { 'retry-after': '120' } } : accepted(items),
    );
    await t.delivery.flush();
    clock -= 600_000;
    expect(await t.delivery.flush()).toBe('waiting');
    expect(t.state()).toMatchObject({ since: clock, not_before: clock + 120_000 });
    await t.delivery.resume();
    expect(await t.delivery.flush()).toBe('waiting');
    expect(t.requests).toHaveLength(1);
    key = 'other';
    expect(await t.delivery.flush()).toBe('idle');
    expect(t.delivered).toEqual(['u0']);
  });

  it.each([
    ['another event', { index: 0, status: 'accepted', event_uuid: 'not-mine' }],
    ['a status of a later version', { index: 0, status: 'deferred' }],
    ['an item that was not sent', { index: 9, status: 'accepted' }],
  ])('keeps the item where the answer speaks of %s', async (_what, result) => {
    const t = await delivering(1, () => ({ status: 200, body: { results: [result] } }));
    expect(await t.delivery.flush()).toBe('waiting');
    expect(t.queue).toHaveLength(1);
    expect(t.dead).toEqual([]);
  });

  it('sends one request that the browser carries on when the process goes', async () => {
    const t = await delivering(1000, accepted);
    expect(await t.delivery.flush({ leaving: true })).toBe('sent');
    expect(t.requests.map((items) => items.length)).toEqual([100]);
    expect(t.queue).toHaveLength(900);
    expect(t.inits.map(({ keepalive }) => keepalive)).toEqual([true]);
    await t.delivery.flush();
    expect(t.inits.slice(1).map(({ keepalive }) => keepalive)).toEqual(Array.from({ length: 9 }, () => undefined));
  });

  it('sends no more with it than a browser carries on, and what alone is more without that', async () => {
    const t = await delivering(100, accepted, { itemBytes: 10 * 1024 });
    await t.delivery.flush({ leaving: true });
    expect([t.requests[0]?.length, t.inits[0]?.keepalive]).toEqual([6, true]);
    const large = await delivering(2, accepted, { itemBytes: 61 * 1024 });
    await large.delivery.flush({ leaving: true });
    expect([large.requests[0]?.length, large.inits[0]?.keepalive]).toEqual([1, undefined]);
  });

  it.each([401, 403])('pauses on a key refused with %i until it is resumed', async (refusal) => {
    let status = refusal;
    const t = await delivering(1, (items) =>
      status === refusal ? { status, body: { error: { code: 'revoked_key', message: 'Revoked.' } } } : accepted(items),
    );
    expect(await t.delivery.flush()).toBe('paused');
    expect(t.state().paused).toEqual({ code: 'revoked_key', reason: 'Revoked.' });
    status = 200;
    expect(await t.delivery.flush()).toBe('paused');
    await t.delivery.resume();
    expect(await t.delivery.flush()).toBe('idle');
    expect(t.delivered).toEqual(['u0']);
  });
});

describe('backoff', () => {
  it('is uniform below a doubling ceiling with an upper bound', () => {
    expect(backoffMs(0, () => 0)).toBe(0);
    expect(backoffMs(0, () => 0.999)).toBe(999);
    expect(backoffMs(3, () => 0.5)).toBe(4000);
    expect(backoffMs(1000, () => 0.5)).toBe(150_000);
  });

  it('reads Retry-After as seconds or date', () => {
    expect(retryAfterMs('7', 0)).toBe(7000);
    expect(retryAfterMs('Thu, 01 Jan 1970 00:01:00 GMT', 15_000)).toBe(45_000);
    expect(retryAfterMs('Thu, 01 Jan 1970 00:00:01 GMT', 15_000)).toBe(0);
    expect(retryAfterMs('soon', 0)).toBeUndefined();
    expect(retryAfterMs(null, 0)).toBeUndefined();
  });

  it('takes a date by the clock of the server where that is behind ours', () => {
    const at = (seconds: number): string => new Date(seconds * 1000).toUTCString();
    const answer = new Response(null, { headers: { date: at(0), 'retry-after': at(60) } });
    expect(retryAfterOf(answer, 0)).toBe(60_000);
    expect(retryAfterOf(answer, 45_000)).toBe(60_000);
  });
});
