import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serve } from '@hono/node-server';
import { Client as ModernClient, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as HttpTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { createMcpHandler, McpServer as ModernServer } from '@modelcontextprotocol/server';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import * as z from 'zod';
import type { Db } from '../../db/db.ts';
import { listen } from '../../entry/listen.ts';
import type { Listening } from '../../entry/start.ts';
import { openTestPglite } from '../../testing/pglite.ts';
import { type TestApp, testApp } from '../../testing/test_app.ts';
import { closeRuns, type RunsOptions, recorded } from './recorded.ts';

const MODERN = '2026-07-28';

interface Row {
  readonly run_id: string;
  readonly status: string;
  readonly server_version: string;
  readonly proto_version: string;
  readonly tool_name: string;
  readonly seq: number;
  readonly success: boolean | null;
  readonly input: { readonly message?: string };
}

let db: Db;
let t: TestApp;
let runs: Listening;
let outbox: string;
beforeAll(async () => {
  [db, outbox] = await Promise.all([openTestPglite(), mkdtemp(join(tmpdir(), 'laskobot-wrapper-'))]);
  t = await testApp(db, { now: Date.now });
  runs = await listen(t.app.fetch, '127.0.0.1', 0);
});
const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});
afterAll(async () => {
  await runs?.close();
  await db?.close();
  await rm(outbox, { recursive: true, force: true });
});

const options = (changes: RunsOptions = {}): RunsOptions => ({
  key: t.secret,
  serverUrl: `http://127.0.0.1:${runs.port}`,
  outbox,
  ...changes,
});
/** The calls of a server once all of its runs have ended and so many calls are stored. */
async function calls(serverName: string, count: number): Promise<Row[]> {
  let rows: Row[] = [];
  const ended = async (): Promise<number> => {
    rows = await stored(serverName);
    return rows.filter(({ status }) => status === 'completed').length;
  };
  await expect.poll(ended, { timeout: 20_000 }).toBe(count);
  return rows;
}
const stored = (serverName: string): Promise<Row[]> =>
  db.tx({ projectId: t.projectId }, (tx) =>
    tx.query<Row>(
      `select r.run_id, r.status, r.server_version, r.proto_version, c.tool_name, c.seq, c.success, c.input_jsonb as input
         from tool_calls c join runs r using (project_id, run_id) where r.server_version like $1 order by r.run_id, c.seq`,
      [`mcp ${serverName} %`],
    ),
  );

const wordsByRun = (rows: readonly Row[]): (string | undefined)[][] =>
  [...new Set(rows.map(({ run_id }) => run_id))]
    .map((id) => rows.filter(({ run_id }) => run_id === id).map(({ input }) => input.message))
    .sort((a, b) => String(a[0]).localeCompare(String(b[0])));

/** A server of SDK 1.x whose one tool says what it is told, or fails, or tells its progress. */
function oldServer(name: string): McpServer {
  const server = new McpServer({ name, version: '1.0.0' });
  server.registerTool(
    'echo',
    { inputSchema: { message: z.string() } },
    async ({ message }, { _meta, sendNotification }) => {
      if (message === 'fail') throw new Error('as asked');
      if (_meta?.progressToken !== undefined)
        await sendNotification({
          method: 'notifications/progress',
          params: { progressToken: _meta.progressToken, progress: 1 },
        });
      return { content: [{ type: 'text', text: `heard ${message}` }] };
    },
  );
  return server;
}

async function oldClient(server: McpServer): Promise<Client> {
  const [mine, theirs] = InMemoryTransport.createLinkedPair();
  await server.connect(theirs);
  const client = new Client({ name: 'test', version: '1' });
  await client.connect(mine);
  closing.push(() => client.close());
  return client;
}

test('a server of SDK 1.x answers as it did, and its calls are recorded', async () => {
  async function talk(client: Client): Promise<unknown[]> {
    const progress: unknown[] = [];
    return [
      await client.listTools(),
      await client.callTool({ name: 'echo', arguments: { message: 'one' } }, undefined, {
        onprogress: (told) => progress.push(told),
      }),
      await client.callTool({ name: 'echo', arguments: { message: 'fail' } }),
      await client.callTool({ name: 'none' }),
      progress,
    ];
  }
  const alone = await talk(await oldClient(oldServer('alone')));
  const client = await oldClient(recorded(oldServer('old'), options()));
  expect(await talk(client)).toEqual(alone);
  await client.close();
  await closeRuns();
  const rows = await calls('old', 3);
  expect(rows.map(({ tool_name, seq, success, input }) => [tool_name, seq, success, input.message])).toEqual([
    ['echo', 0, true, 'one'],
    ['echo', 1, false, 'fail'],
    ['none', 2, false, undefined],
  ]);
  expect(rows[0]).toMatchObject({ server_version: 'mcp old 1.0.0', proto_version: '2025-11-25' });
});

test('over HTTP each session is a run, which ends with it', async () => {
  const transports = new Map<string, StreamableHTTPServerTransport>();
  const http = createServer(async (request, response) => {
    const known = transports.get(String(request.headers['mcp-session-id']));
    if (known) return known.handleRequest(request, response);
    const transport = new StreamableHTTPServerTransport({
      sessionIdGenerator: () => crypto.randomUUID(),
      onsessioninitialized: (id) => void transports.set(id, transport),
    });
    await recorded(oldServer('http'), options()).connect(transport as Transport);
    return transport.handleRequest(request, response);
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  closing.push(() => http.close().closeAllConnections());
  const url = new URL(`http://127.0.0.1:${(http.address() as AddressInfo).port}/mcp`);
  await Promise.all(
    ['ann', 'bob'].map(async (name) => {
      const client = new Client({ name, version: '1' });
      const transport = new HttpTransport(url);
      await client.connect(transport as Transport);
      for (const nth of ['first', 'second'])
        expect(await client.callTool({ name: 'echo', arguments: { message: `${name} ${nth}` } })).toMatchObject({
          content: [{ text: `heard ${name} ${nth}` }],
        });
      await transport.terminateSession();
      await client.close();
    }),
  );
  const rows = await calls('http', 4);
  expect(wordsByRun(rows)).toEqual([
    ['ann first', 'ann second'],
    ['bob first', 'bob second'],
  ]);
  await closeRuns();
});

test('in mode advise agents get the two tools, answered without the server', async () => {
  const client = await oldClient(recorded(oldServer('advised'), options({ mode: 'advise' })));
  expect((await client.listTools()).tools.map(({ name }) => name)).toEqual([
    'echo',
    'hints_for_page',
    'report_outcome',
  ]);
  const told = await client.callTool({ name: 'hints_for_page', arguments: { url: 'https://shop.example/cart' } });
  expect(told).toMatchObject({ structuredContent: { hints: [] } });
  expect(await client.callTool({ name: 'echo', arguments: { message: 'two' } })).toEqual({
    content: [{ type: 'text', text: 'heard two' }],
  });
  await closeRuns();
  expect((await calls('advised', 1)).map(({ tool_name }) => tool_name)).toEqual(['echo']);
});

test('servers of SDK 2.x, one for each request: a run for each client', async () => {
  const handler = createMcpHandler(() => {
    const server = new ModernServer({ name: 'modern', version: '2.0.0' }, { capabilities: { tools: {} } });
    server.registerTool('echo', { inputSchema: z.object({ message: z.string() }) }, ({ message }) => ({
      content: [{ type: 'text', text: `heard ${message}` }],
    }));
    return recorded(server, options());
  });
  const port = await new Promise<number>((resolve) => {
    const server = serve({ fetch: (request) => handler.fetch(request), port: 0, hostname: '127.0.0.1' }, (info) =>
      resolve(info.port),
    );
    closing.push(() => server.close());
  });
  async function modernClient(name: string): Promise<ModernClient> {
    const client = new ModernClient({ name, version: '1' }, { versionNegotiation: { mode: { pin: MODERN } } });
    await client.connect(new StreamableHTTPClientTransport(new URL(`http://127.0.0.1:${port}/mcp`)));
    closing.push(() => client.close());
    return client;
  }
  const names = ['ann', 'bob', 'eve'];
  await Promise.all(
    names.map(async (name) => {
      const client = await modernClient(name);
      for (const nth of ['first', 'second']) {
        const { content } = await client.callTool({ name: 'echo', arguments: { message: `${name} ${nth}` } });
        expect(content).toEqual([{ type: 'text', text: `heard ${name} ${nth}` }]);
      }
    }),
  );
  await closeRuns();
  const rows = await calls('modern', 6);
  expect(rows[0]).toMatchObject({ proto_version: MODERN });
  expect(wordsByRun(rows)).toEqual(names.map((name) => [`${name} first`, `${name} second`]));
});
