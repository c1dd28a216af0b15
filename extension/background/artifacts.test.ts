import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, BrowserContext, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { SignRequest } from '../../shared/protocol/schema.ts';
import { bundle, chromiumPath, startChromium } from '../../shared/testing/chromium.ts';

interface Refusal {
  readonly status: number;
  readonly retryAfter?: string;
}

const SETUP = `
  globalThis.clock = Date.now();
  globalThis.begin = async () => {
    globalThis.db = await outboxApi.openDatabase();
    globalThis.store = outboxApi.createOutboxStore(db, () => clock);
    await db.put('run', { run_id: 'r', session_id: 's', instance_id: 'i', started_at: '', next_seq: 0, last_event_at: '' }, 'run');
  };
  globalThis.endpoint = { server_url: location.origin, key: 'k' };
  globalThis.add = async (uuid) => {
    await store.enqueue(
      (run, seq) => ({ kind: 'tool_call', context: {}, tool_name: 't', seq: seq(), event_uuid: uuid, started_at: '2026-01-01T00:00:00Z' }),
      { uuid, priority: 1, awaits: ['dom'], hold_until: clock + 60000, at: '' });
    const content_hash = uuid.padEnd(64, '0');
    await store.artifactMade(uuid + ':dom', { ext: 'html.gz', content_hash, bytes: new ArrayBuffer(10) });
  };
  globalThis.upload = async () => {
    const deps = { outbox: store, endpoint: async () => endpoint, now: () => clock, random: () => 0.5 };
    while (await outboxApi.uploadArtifacts(deps));
  };
`;

describe.skipIf(!chromiumPath())('uploads of artifacts', () => {
  let browser: Browser | undefined;
  let context: BrowserContext;
  let page: Page;
  let server: Server;
  let script: string;
  /** How many each sign request asked for, and what was put. */
  let signed: number[] = [];
  let put: string[] = [];
  let refuseSign: Refusal | undefined;
  let refusePut: Refusal | undefined;

  const origin = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  beforeAll(async () => {
    script = await bundle('extension/testing/outbox_api.ts', 'outboxApi');
    browser = await startChromium();
    server = createServer(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += String(chunk);
      const path = new URL(request.url ?? '', origin()).pathname;
      const refusal = request.method === 'PUT' ? refusePut : path === '/v1/artifacts/sign' ? refuseSign : undefined;
      if (request.method === 'PUT') put.push(path.split('/').at(-1) ?? '');
      response.setHeader('content-type', request.method === 'GET' ? 'text/html' : 'application/json');
      if (refusal?.retryAfter) response.setHeader('retry-after', refusal.retryAfter);
      if (path === '/v1/artifacts/sign') {
        const { artifacts } = JSON.parse(body) as SignRequest;
        signed.push(artifacts.length);
        const places = artifacts.map(({ content_hash }) => ({
          content_hash,
          status: 'upload',
          bucket: 'dom',
          path: content_hash,
          token: 't',
          storage_path: `dom/${content_hash}`,
        }));
        body = JSON.stringify({ storage_url: origin(), artifacts: places });
      } else body = request.method === 'PUT' ? '{"Key":"k"}' : '<!doctype html><title>Uploads</title>';
      response.statusCode = refusal?.status ?? 200;
      response.end(refusal ? '{"message":"refused"}' : body);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(async () => {
    await browser?.close();
    server?.close();
  });

  async function open(): Promise<Page> {
    const opened = await context.newPage();
    await opened.goto(origin());
    await opened.addScriptTag({ content: `${script};${SETUP}` });
    await opened.evaluate('begin()');
    return opened;
  }
  beforeEach(async () => {
    [signed, put, refuseSign, refusePut] = [[], [], undefined, undefined];
    context = await browser!.newContext();
    page = await open();
  });
  afterEach(() => context.close());

  const run = <T>(expression: string): Promise<T> => page.evaluate<T>(`(async () => ${expression})()`);
  const waiting = async (): Promise<number> =>
    (await run<{ artifacts_waiting: number }>('store.artifacts()')).artifacts_waiting;

  it('signs all that wait in one request', async () => {
    await run(`{ for (const uuid of ['a', 'b', 'c']) await add(uuid); await upload(); }`);
    expect([signed, put.length, await waiting()]).toEqual([[3], 3, 0]);
  });

  it.each(['120', new Date(Date.now() + 3600_000).toUTCString()])(
    'never undercuts what the server asks to wait (%s), for what comes later neither, nor after a stop',
    async (retryAfter) => {
      refuseSign = { status: 429, retryAfter };
      await run(`{ await add('a'); await upload(); await add('b'); await upload(); }`);
      expect(signed).toEqual([1]);
      const until = await run<number>('store.uploadState().then(({ not_before }) => not_before - clock)');
      expect(until).toBeGreaterThan(retryAfter === '120' ? 119_999 : 3_500_000);

      const clock = await run<number>('clock');
      await page.close();
      page = await open();
      refuseSign = undefined;
      await run(`{ clock = ${clock + until - 1}; await upload(); }`);
      expect(signed).toEqual([1]);
      await run(`{ clock += 1; await upload(); }`);
      expect([signed, await waiting()]).toEqual([[1, 2], 0]);
      expect(await run('store.uploadState()')).toMatchObject({ attempt: 0, not_before: 0 });
    },
  );

  it('waits as the storage asks, with all uploads', async () => {
    refusePut = { status: 429, retryAfter: '60' };
    await run(`{ await add('a'); await add('b'); await upload(); await add('c'); await upload(); }`);
    expect([signed, put.length]).toEqual([[2], 1]);
    refusePut = undefined;
    await run(`{ clock += 59999; await upload(); }`);
    expect(put).toHaveLength(1);
    await run(`{ clock += 1; await upload(); }`);
    expect([put.length, await waiting()]).toEqual([4, 0]);
  });

  it('begins afresh with another key, and waits anew where the clock was set back', async () => {
    refuseSign = { status: 503, retryAfter: '120' };
    await run(`{ await add('a'); await upload(); clock -= 86400000; await upload(); }`);
    expect(await run('store.uploadState().then(({ not_before }) => not_before - clock)')).toBe(120_000);
    expect(signed).toEqual([1]);
    refuseSign = undefined;
    await run(`{ endpoint.key = 'other'; await upload(); }`);
    expect([signed, await waiting()]).toEqual([[1, 1], 0]);
  });

  it.each([401, 403])('pauses on a key refused with %i', async (status) => {
    refuseSign = { status };
    await run(`{ await add('a'); await upload(); clock += 1e9; await upload(); }`);
    expect(signed).toEqual([1]);
    expect(await run('store.uploadState()')).toMatchObject({ paused: { code: `http_${status}` } });
  });

  it('signs nothing while the delivery of events is paused for the same key', async () => {
    const paused = `{ attempt: 0, not_before: 0, since: 0, endpoint: { ...endpoint }, paused: { code: 'x', reason: '' } }`;
    await run(`{ await store.setState(${paused}); await add('a'); await upload(); }`);
    expect(signed).toEqual([]);
    await run(`{ endpoint.key = 'other'; await upload(); }`);
    expect(signed).toEqual([1]);
  });
});
