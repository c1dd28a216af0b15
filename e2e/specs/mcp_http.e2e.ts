import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDatabase } from '../../server/testing/databases.ts';
import { aCall, anElement, aPage } from '../../server/testing/items.ts';
import { freePort } from '../../server/testing/postgres_cluster.ts';
import { startEverythingHttp } from '../harness/everything_http.ts';
import { type McpPeer, mcpPeer } from '../harness/mcp_peer.ts';
import { openRows, type Rows } from '../harness/rows.ts';
import { type RunningServer, startServer } from '../harness/server.ts';
import { until } from '../harness/wait.ts';

const PROXY = [process.execPath, resolve('dist/server/cli.js'), 'mcp'];
const EVERYTHING = resolve('node_modules/@modelcontextprotocol/server-everything/dist/index.js');
const SESSIONS = 50;
const CALLS = 3;

/** A path of letters alone, which no template takes for an id. */
const shelf = (nth: number): string =>
  `shelf-${String.fromCharCode(97 + Math.floor(nth / 26))}${String.fromCharCode(97 + (nth % 26))}`;

interface Call {
  readonly run_id: string;
  readonly status: string;
  readonly seq: number;
  readonly success: boolean | null;
  readonly tool_name: string;
  readonly input: { readonly message?: string; readonly steps?: number };
  readonly output: string;
}

/** The messages of a stream of events, as the server wrote them. */
const dataOf = (events: string): string[] => [...events.matchAll(/^data: (\{.*)$/gm)].map(([, data = '']) => data);

describe.skipIf(!process.env.PG_BIN)('in front of the reference server over HTTP', () => {
  let server: RunningServer;
  let everything: Awaited<ReturnType<typeof startEverythingHttp>>;
  let rows: Rows;
  let outbox: string;
  const proxies: McpPeer[] = [];
  let proxied: string;
  const recording = (): Record<string, string> => ({
    LASKOBOT_KEY: server.publishableKey,
    LASKOBOT_SERVER_URL: server.url,
    LASKOBOT_OUTBOX: outbox,
  });
  /** A proxy in front of that; answers its address. */
  async function listening(upstream: readonly string[]): Promise<string> {
    const proxy = mcpPeer([...PROXY, '--listen', String(await freePort()), ...upstream], recording());
    proxies.push(proxy);
    await until('the proxy listens', async () => proxy.stderr().includes('listening on'));
    return /listening on (\S+)/.exec(proxy.stderr())?.[1] ?? '';
  }
  beforeAll(async () => {
    const { name, url, cluster } = await createDatabase(process.env.PG_BIN!);
    [server, everything, outbox] = await Promise.all([
      startServer({ DATABASE_URL: url }),
      startEverythingHttp(),
      mkdtemp(join(tmpdir(), 'laskobot-outbox-')),
    ]);
    rows = await openRows(cluster.superuserUrl(name));
    proxied = await listening(['--url', everything.url]);
  });
  afterAll(async () => {
    for (const { child } of proxies) child.kill('SIGTERM');
    await Promise.all(proxies.map(({ ended }) => ended));
    await everything?.close();
    await rows?.close();
    await server?.kill('SIGTERM');
    await rm(outbox, { recursive: true, force: true });
  });

  const calls = (): Promise<Call[]> =>
    rows.rows<Call>(
      `select run_id, status, seq, success, tool_name, input_jsonb as input, output_jsonb::text as output
         from tool_calls join runs using (project_id, run_id) order by run_id, seq`,
    );
  const post = (url: string, session: string | null, message: object, signal?: AbortSignal): Promise<Response> =>
    fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        ...(session ? { 'mcp-session-id': session } : {}),
      },
      body: JSON.stringify({ jsonrpc: '2.0', ...message }),
      ...(signal ? { signal } : {}),
    });
  async function begin(url: string): Promise<{ session: string; said: string }> {
    const clientInfo = { name: 'e2e', version: '1' };
    const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo };
    const answer = await post(url, null, { id: 0, method: 'initialize', params });
    const session = answer.headers.get('mcp-session-id') ?? '';
    const said = await answer.text();
    await post(url, session, { method: 'notifications/initialized' });
    return { session, said };
  }
  const longCall = {
    id: 7,
    method: 'tools/call',
    params: {
      name: 'trigger-long-running-operation',
      arguments: { duration: 1, steps: 4 },
      _meta: { progressToken: 'p7', 'x.example/odd': [1.5, null] },
    },
  };

  it.each([
    { of: 'a server', command: [] },
    { of: 'a command', command: ['--', process.execPath, EVERYTHING, 'stdio'] },
  ])(
    `${SESSIONS} sessions at once in front of $of: each hears its own, and is recorded as its own`,
    async ({ of, command }) => {
      const url = command.length ? await listening(command) : proxied;
      const word = (session: number, nth: number): string => `session ${session} of ${of} says word ${nth}`;
      const said = async (): Promise<Call[]> =>
        (await calls()).filter(({ input }) => input.message?.includes(` of ${of} says `));
      await Promise.all(
        Array.from({ length: SESSIONS }, async (_, session) => {
          const client = new Client({ name: `client ${session}`, version: '1' });
          const transport = new StreamableHTTPClientTransport(new URL(url));
          await client.connect(transport);
          for (let nth = 0; nth < CALLS; nth += 1) {
            const message = word(session, nth);
            const { content } = await client.callTool({ name: 'echo', arguments: { message } });
            expect(content).toEqual([{ type: 'text', text: `Echo: ${message}` }]);
          }
          await transport.terminateSession();
          await client.close();
        }),
      );
      await until(
        'all runs have ended',
        async () => (await said()).filter(({ status }) => status === 'completed').length === SESSIONS * CALLS,
      );
      const all = await said();
      const runs = [...new Set(all.map(({ run_id }) => run_id))].map((id) =>
        all.filter(({ run_id }) => run_id === id).map(({ seq, input }) => [seq, input.message]),
      );
      const numberOf = (run: unknown[][]): number => Number(/session (\d+)/.exec(String(run[0]?.[1]))?.[1]);
      expect(runs.sort((a, b) => numberOf(a) - numberOf(b))).toEqual(
        Array.from({ length: SESSIONS }, (_, session) =>
          Array.from({ length: CALLS }, (_, nth) => [nth, word(session, nth)]),
        ),
      );
      for (const { input, output } of all) expect(output).toContain(`Echo: ${input.message}`);
    },
  );

  it(`${SESSIONS} sessions at once that ask for hints: each is told those of its own page`, async () => {
    const started_at = new Date().toISOString();
    const items = Array.from({ length: SESSIONS }, (_, session) =>
      aCall({
        success: true,
        started_at,
        page_signature: aPage(shelf(session)),
        element_signatures: [
          anElement({ candidates: [{ kind: 'test_id', selector: `[data-testid="${shelf(session)}"]`, matches: 1 }] }),
        ],
      }),
    );
    expect(await server.api('/v1/ingest', { items })).toMatchObject({ accepted: SESSIONS });
    await server.runJob('aggregate');
    const url = await listening(['--mode', 'advise', '--url', everything.url]);
    await Promise.all(
      Array.from({ length: SESSIONS }, async (_, session) => {
        const client = new Client({ name: `client ${session}`, version: '1' });
        const transport = new StreamableHTTPClientTransport(new URL(url));
        await client.connect(transport);
        const args = { url: `https://shop.example/${shelf(session)}` };
        let told: unknown[] = [];
        // A lookup that is late is there for the next.
        await until(`session ${session} is told`, async () => {
          const answer = await client.callTool({ name: 'hints_for_page', arguments: args });
          told = (answer.structuredContent as { hints: { selector: string }[] }).hints.map(({ selector }) => selector);
          return told.length > 0;
        });
        expect(told).toEqual([`[data-testid="${shelf(session)}"]`]);
        await transport.terminateSession();
        await client.close();
      }),
    );
  });

  it('what is said on the wire is what the server said', async () => {
    async function wire(url: string): Promise<string[]> {
      const { session, said } = await begin(url);
      const told = [said];
      for (const message of [
        { id: 1, method: 'tools/list' },
        { id: 2, method: 'tools/call', params: { name: 'get-structured-content', arguments: { location: 'Chicago' } } },
        { id: 3, method: 'tools/call', params: { name: 'no-such-tool', arguments: {} } },
        longCall,
      ])
        told.push(await (await post(url, session, message)).text());
      const ended = await fetch(url, { method: 'DELETE', headers: { 'mcp-session-id': session } });
      const after = await post(url, session, { id: 9, method: 'ping' });
      return [...told.flatMap(dataOf), String(ended.status), String(after.status), await after.text()];
    }
    const alone = await wire(everything.url);
    expect(alone.length).toBeGreaterThan(10);
    expect(await wire(proxied)).toEqual(alone);
  });

  it('a stream that broke is taken up where it broke', async () => {
    const { session } = await begin(proxied);
    const left = new AbortController();
    const answer = await post(proxied, session, longCall, left.signal);
    const reader = answer.body!.getReader();
    let seen = '';
    while (dataOf(seen).length === 0) {
      const { value, done } = await reader.read();
      expect(done).toBe(false);
      seen += Buffer.from(value!).toString();
    }
    left.abort();
    const last = [...seen.matchAll(/^id: (\S+)$/gm)].at(-1)?.[1] ?? '';
    await until('the call is over', async () => {
      const again = await fetch(proxied, {
        headers: { accept: 'text/event-stream', 'mcp-session-id': session, 'last-event-id': last },
        signal: AbortSignal.timeout(1500),
      });
      let rest = '';
      const more = again.body!.getReader();
      try {
        for (let read = await more.read(); !read.done; read = await more.read())
          rest += Buffer.from(read.value).toString();
      } catch {
        // The stream of a session stays open.
      }
      const messages = [...dataOf(seen), ...dataOf(rest)].map((data) => JSON.parse(data) as { id?: number });
      return messages.some(({ id }) => id === 7);
    });
    await fetch(proxied, { method: 'DELETE', headers: { 'mcp-session-id': session } });
    await until('the call is recorded with its outcome', async () =>
      (await calls()).some(({ tool_name, output }) => tool_name === longCall.params.name && /completed/.test(output)),
    );
  });

  it('as a server on stdio: progress, questions of the server, and the end of the session', async () => {
    const peer = mcpPeer([...PROXY, '--url', everything.url], recording());
    peer.onRequest('sampling/createMessage', {
      role: 'assistant',
      model: 'none',
      content: { type: 'text', text: 'sampled' },
    });
    await peer.initialize({ sampling: {} });
    // Tools that depend on what the client can do come a moment after the handshake.
    await until('the server offers to sample', async () =>
      JSON.stringify(await peer.request('tools/list')).includes('trigger-sampling-request'),
    );
    expect((await peer.call('echo', { message: 'over the bridge' })).result?.content?.[0]?.text).toBe(
      'Echo: over the bridge',
    );
    await peer.request('tools/call', longCall.params);
    expect(peer.frames.filter((frame) => frame.includes('"progressToken":"p7"'))).toHaveLength(4);
    const sampled = await peer.call('trigger-sampling-request', { prompt: 'say', maxTokens: 5 });
    expect(JSON.stringify(sampled.result)).toContain('sampled');
    const before = everything.said().split('session termination').length;
    expect(await peer.close()).toBe(0);
    await until('the session was ended', async () => everything.said().split('session termination').length > before);
    await until('its run has ended', async () =>
      (await calls()).some(({ status, input }) => status === 'completed' && input.message === 'over the bridge'),
    );
  });
});
