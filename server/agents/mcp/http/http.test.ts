import { serve } from '@hono/node-server';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { createMcpHandler, inputRequired, McpServer } from '@modelcontextprotocol/server';
import { afterEach, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { createUnknown } from '../../understand/unknown.ts';
import type { FinishedCall } from '../call.ts';
import { createComplaints } from '../complaints.ts';
import type { Message } from '../message.ts';
import { createSession } from '../session.ts';
import { spawnUpstream } from '../stdio/spawn_upstream.ts';
import { createForward } from './forward.ts';
import { listen } from './listen.ts';
import { createServe } from './serve.ts';

const MODERN = '2026-07-28';

/** Echoes, asks for a word before it opens, and waits for ever. */
function factory(): McpServer {
  const server = new McpServer({ name: 'vault', version: '1.2.3' }, { capabilities: { tools: {} } });
  server.registerTool('echo', { inputSchema: z.object({ message: z.string() }) }, ({ message }) => ({
    content: [{ type: 'text', text: message }],
  }));
  server.registerTool('open', { inputSchema: z.object({}) }, (_, ctx) => {
    const { inputResponses } = ctx.mcpReq;
    if (inputResponses) return { content: [{ type: 'text', text: `opened ${JSON.stringify(inputResponses)}` }] };
    const requestedSchema = { type: 'object', properties: { word: { type: 'string' } } } as const;
    return inputRequired({ inputRequests: { word: inputRequired.elicit({ message: 'The word?', requestedSchema }) } });
  });
  server.registerTool('wait', { inputSchema: z.object({}) }, () => new Promise(() => undefined));
  return server;
}
/** The same as a program, by the text of the function above. */
const PROGRAM = `
  import { inputRequired, McpServer } from '@modelcontextprotocol/server';
  import { serveStdio } from '@modelcontextprotocol/server/stdio';
  import * as z from 'zod';
  serveStdio(() => {
    const server = new McpServer({ name: 'vault', version: '1.2.3' }, { capabilities: { tools: {} } });
    server.registerTool('echo', { inputSchema: z.object({ message: z.string() }) }, async ({ message }, ctx) => {
      const { progressToken } = ctx.mcpReq._meta ?? {};
      if (progressToken !== undefined)
        await ctx.mcpReq.notify({ method: 'notifications/progress', params: { progressToken, progress: 1, message } });
      return { content: [{ type: 'text', text: message }] };
    });
    return server;
  });`;

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

function listener() {
  const finished: FinishedCall[] = [];
  const statuses: string[] = [];
  const said: string[] = [];
  const complaints = createComplaints((line) => said.push(line));
  const deps = {
    now: Date.now,
    complaints,
    createSession: (toServer: (message: Message) => void) =>
      createSession({
        watchers: [{ finished: (call) => finished.push(call), ended: (_, status) => statuses.push(status) }],
        createUnderstanding: createUnknown,
        toServer,
        now: Date.now,
      }),
  };
  return { finished, statuses, said, deps };
}
const LOCAL = { host: '127.0.0.1', port: 0, allowedOrigins: [] };

/** The proxy over HTTP in front of a server over HTTP. */
async function forwarded() {
  const handler = createMcpHandler(factory);
  const port = await new Promise<number>((resolve) => {
    const server = serve({ fetch: (request) => handler.fetch(request), port: 0, hostname: '127.0.0.1' }, (info) =>
      resolve(info.port),
    );
    closing.push(() => server.close());
  });
  const heard = listener();
  const forward = createForward({ ...heard.deps, target: new URL(`http://127.0.0.1:${port}/mcp`), headers: {} });
  const listening = await listen(forward.answer, LOCAL);
  closing.push(() => listening.close());
  return { ...heard, url: listening.url, end: () => forward.endAll('closed') };
}

async function client(url: string, modern: boolean): Promise<Client> {
  const connected = new Client(
    { name: 'test', version: '1' },
    {
      capabilities: { elicitation: { form: {} } },
      ...(modern ? { versionNegotiation: { mode: { pin: MODERN } } } : {}),
    },
  );
  connected.setRequestHandler('elicitation/create', () => ({ action: 'accept', content: { word: 'Persimmon-7741' } }));
  await connected.connect(new StreamableHTTPClientTransport(new URL(`${url}/mcp`)));
  closing.push(() => connected.close());
  return connected;
}
const textOf = (result: { content?: unknown }): string => JSON.stringify(result.content);

describe('in front of a server over HTTP', () => {
  test('the revision without sessions: a call that asks is one, and what was answered is tainted', async () => {
    const { url, finished, said } = await forwarded();
    const modern = await client(url, true);
    expect(textOf(await modern.callTool({ name: 'open', arguments: {} }))).toContain('Persimmon-7741');
    expect(textOf(await modern.callTool({ name: 'echo', arguments: { message: 'hello' } }))).toContain('hello');
    expect(finished.map(({ tool, seq, outcome }) => [tool, seq, outcome.kind])).toEqual([
      ['open', 0, 'answered'],
      ['echo', 1, 'answered'],
    ]);
    expect(finished[0]?.typed.taint.scrub('Persimmon-7741')).toBe('[typed]');
    expect(finished[1]?.run).toMatchObject({ server_version: 'mcp vault 1.2.3', proto_version: MODERN });
    expect(said).toEqual([]);
  });

  test('there, to close the connection is to cancel', async () => {
    const { url, finished } = await forwarded();
    const modern = await client(url, true);
    const leave = new AbortController();
    const waiting = modern.callTool({ name: 'wait', arguments: {} }, { signal: leave.signal });
    setTimeout(() => leave.abort(), 200);
    await expect(waiting).rejects.toThrow();
    await expect.poll(() => finished.map(({ outcome }) => outcome.kind)).toEqual(['cancelled']);
  });

  test('calls of many clients with the same ids are kept apart', async () => {
    const { url, finished, end, statuses } = await forwarded();
    const clients = await Promise.all(Array.from({ length: 8 }, () => client(url, true)));
    const traceparent = (index: number): string => `00-${String(index + 1).padStart(32, '0')}-00f067aa0ba902b7-01`;
    await Promise.all(
      clients.map(async (each, index) => {
        for (let nth = 0; nth < 3; nth += 1) {
          const message = `client ${index} call ${nth}`;
          const _meta = { traceparent: traceparent(index) };
          const result = await each.callTool({ name: 'echo', arguments: { message }, _meta });
          expect(textOf(result)).toContain(message);
        }
      }),
    );
    const traces = [...new Set(finished.map(({ run }) => run.root_request_id))];
    expect(traces).toHaveLength(8);
    for (const trace of traces) {
      const calls = finished.filter(({ run }) => run.root_request_id === trace);
      expect(new Set(calls.map(({ run }) => run.run_id)).size).toBe(1);
      expect(calls.map(({ seq, args }) => [seq, args.message])).toEqual(
        [0, 1, 2].map((nth) => [nth, `client ${Number(trace) - 1} call ${nth}`]),
      );
    }
    end();
    expect(statuses).toEqual(Array(8).fill('completed'));
  });

  test.each([
    ['a page somewhere else', { origin: 'https://evil.example' }, 403],
    ['a name that a page pointed here', { host: 'evil.example' }, 403],
    ['a page of this machine', { origin: 'http://localhost:3000' }, 200],
  ])('%s', async (_, headers, status) => {
    const { url, finished } = await forwarded();
    const { request } = await import('node:http');
    const answered = await new Promise<number | undefined>((resolve) => {
      const asking = request(`${url}/mcp`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream', ...headers },
      });
      asking.on('response', (response) => resolve(response.resume().statusCode));
      asking.end(
        JSON.stringify({
          jsonrpc: '2.0',
          id: 1,
          method: 'initialize',
          params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'x', version: '1' } },
        }),
      );
    });
    expect(answered).toBe(status);
    expect(finished).toEqual([]);
  });

  test('a server that is away is told as such, and the call is refused', async () => {
    const heard = listener();
    const forward = createForward({ ...heard.deps, target: new URL('http://127.0.0.1:9/mcp'), headers: {} });
    const listening = await listen(forward.answer, LOCAL);
    closing.push(() => listening.close());
    const answer = await fetch(`${listening.url}/mcp`, {
      method: 'POST',
      body: JSON.stringify({ jsonrpc: '2.0', id: 5, method: 'tools/call', params: { name: 'x' } }),
    });
    expect([answer.status, await answer.json()]).toMatchObject([502, { id: 5, error: { code: -32000 } }]);
    expect(heard.finished[0]?.outcome).toMatchObject({ kind: 'refused', code: 502 });
  });
});

describe('a server on stdio over HTTP', () => {
  test.each([
    ['with sessions', false],
    ['without', true],
  ])('%s: many clients at once, each with its own answers and progress', async (_, modern) => {
    const heard = listener();
    const served = createServe({
      ...heard.deps,
      start: () => spawnUpstream([process.execPath, '--input-type=module', '-e', PROGRAM], process.env),
    });
    const listening = await listen(served.answer, LOCAL);
    closing.push(() => listening.close());
    const clients = await Promise.all(Array.from({ length: 3 }, () => client(listening.url, modern)));
    await Promise.all(
      clients.map(async (each, index) => {
        for (let nth = 0; nth < 3; nth += 1) {
          const message = `client ${index} call ${nth}`;
          const progress: unknown[] = [];
          const options = { onprogress: (told: unknown) => progress.push(told) };
          expect(textOf(await each.callTool({ name: 'echo', arguments: { message } }, options))).toContain(message);
          expect(progress).toEqual([expect.objectContaining({ message })]);
        }
      }),
    );
    expect(heard.finished.map(({ args, outcome }) => [args.message, outcome.kind]).sort()).toEqual(
      [0, 1, 2].flatMap((index) => [0, 1, 2].map((nth) => [`client ${index} call ${nth}`, 'answered'])),
    );
    served.endAll('closed');
    const runs = new Set(heard.finished.map(({ run }) => run.run_id));
    // Without sessions and traces, clients of one name on one machine are one.
    expect([runs.size, heard.statuses]).toEqual(modern ? [1, ['completed']] : [3, Array(3).fill('completed')]);
    expect(heard.said).toEqual([]);
  });
});
