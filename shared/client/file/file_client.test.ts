import { mkdtemp, readdir } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { IngestItem } from '../../protocol/schema.ts';
import { type FileClient, type FileClientOptions, openFileClient, type Paused } from './file_client.ts';

const item = (n: number): IngestItem => ({
  kind: 'event',
  context: {},
  name: 'n',
  event_uuid: `00000000-0000-7000-8000-00000000000${n}`,
  occurred_at: '2026-01-01T00:00:00Z',
});

describe('the client of Node processes', () => {
  let server: Server;
  let status = 200;
  let received: string[] = [];
  let dir = '';
  const open = (onPaused?: FileClientOptions['onPaused']): Promise<FileClient> => {
    const server_url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const endpoint = { server_url, key: 'k' };
    return openFileClient({ dir, endpoint, random: () => 0, ...(onPaused && { onPaused }) });
  };

  /** The client sends by itself too. */
  async function flushed(client: FileClient): Promise<void> {
    while ((await client.flush()) === 'busy') await new Promise((resolve) => setTimeout(resolve, 5));
    expect((await client.counts()).queued).toBe(0);
  }

  beforeEach(async () => {
    status = 200;
    received = [];
    dir = await mkdtemp(join(tmpdir(), 'laskobot-client-'));
    server = createServer(async (request, response) => {
      let text = '';
      for await (const chunk of request) text += String(chunk);
      const { items } = JSON.parse(text) as { items: { event_uuid: string }[] };
      // All but the event numbered 3, alone or in a batch.
      const poisoned = items.some(({ event_uuid }) => event_uuid.endsWith('3'));
      response.statusCode = status === 200 && poisoned ? 413 : status;
      if (response.statusCode === 200) received.push(...items.map(({ event_uuid }) => event_uuid));
      const results = items.map(({ event_uuid }, index) => ({ index, event_uuid, status: 'accepted' }));
      response.end(JSON.stringify({ results }));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  it('delivers what it takes and leaves nothing behind', async () => {
    const client = await open();
    for (const n of [1, 2]) await client.enqueue(item(n));
    await client.close();
    expect(received).toHaveLength(2);
    expect(await readdir(dir)).toEqual([]);
  });

  it.each([401, 403])(
    'says that a key refused with %i pauses it: in its counts, and once to its host',
    async (refusal) => {
      status = refusal;
      const told: Paused[] = [];
      const client = await open((why) => told.push(why));
      await client.enqueue(item(1));
      for (let n = 0; n < 3; n += 1)
        while ((await client.flush()) === 'busy') await new Promise((go) => setTimeout(go, 5));
      expect((await client.counts()).paused).toMatchObject({ code: `http_${refusal}` });
      expect(told).toMatchObject([{ code: `http_${refusal}` }]);
      status = 200;
      await client.resume();
      await flushed(client);
      expect((await client.counts()).paused).toBeUndefined();
      await client.close();
      expect([received.length, told.length]).toEqual([1, 1]);
    },
  );

  it('leaves to the next what the server did not take, and a poison item as one dead letter', async () => {
    status = 503;
    const first = await open();
    for (const n of [1, 2, 3, 4, 5]) expect(await first.enqueue(item(n))).toBe('queued');
    await first.close();
    expect(received).toEqual([]);
    const [left = ''] = await readdir(dir);
    expect(left).not.toBe('');

    status = 200;
    const rest = await open();
    await rest.enqueue(item(6));
    // The process that left them is this one, which runs: they are taken over when it ends.
    await flushed(rest);
    expect(await rest.counts()).toMatchObject({ enqueued: 1, delivered: 1 });
    await rest.enqueue(item(3));
    await rest.enqueue(item(4));
    await flushed(rest);
    expect(await rest.counts()).toMatchObject({ enqueued: 3, delivered: 2, dead: 1, dead_reasons: { http_413: 1 } });
    expect(await rest.deadLetters()).toMatchObject([{ item: item(3), code: 'http_413' }]);
    expect(await rest.retryDeadLetters()).toBe(1);
    expect(await rest.counts()).toMatchObject({ queued: 1, dead: 0 });
    await rest.close();
  });
});
