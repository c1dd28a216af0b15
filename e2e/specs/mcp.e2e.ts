import { mkdtemp, readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDatabase } from '../../server/testing/databases.ts';
import { type Lab, serveLab } from '../apps/lab.ts';
import { leaks, serverHaystack } from '../harness/haystack.ts';
import { type McpPeer, mcpPeer } from '../harness/mcp_peer.ts';
import { everythingOf } from '../harness/mcp_script.ts';
import { openRows, type Rows } from '../harness/rows.ts';
import { type RunningServer, startServer } from '../harness/server.ts';
import { until } from '../harness/wait.ts';

const PROXY = [process.execPath, resolve('dist/server/cli.js'), 'mcp'];
const EVERYTHING = [process.execPath, resolve('node_modules/@modelcontextprotocol/server-everything/dist/index.js')];

interface RunRow {
  readonly run_id: string;
  readonly status: string;
  readonly session_id: string;
  readonly root_request_id: string | null;
  readonly server_version: string;
  readonly proto_version: string;
  readonly ended_at: Date | null;
}

let server: RunningServer;
let rows: Rows;
let outbox: string;
let folder: string;
beforeAll(async () => {
  const { name, url, cluster } = await createDatabase(process.env.PG_BIN!);
  [server, outbox, folder] = await Promise.all([
    startServer({ DATABASE_URL: url }),
    mkdtemp(join(tmpdir(), 'laskobot-outbox-')),
    mkdtemp(join(tmpdir(), 'laskobot-mcp-')),
  ]);
  rows = await openRows(cluster.superuserUrl(name));
});
afterAll(async () => {
  await rows?.close();
  await server?.kill('SIGTERM');
});

const recording = (): Record<string, string> => ({
  LASKOBOT_KEY: server.publishableKey,
  LASKOBOT_SERVER_URL: server.url,
  LASKOBOT_OUTBOX: outbox,
});
const known = new Set<string>();
/** The run that is new since this was called last, once it has ended. */
async function newRun(): Promise<RunRow> {
  let found: RunRow | undefined;
  await until('the run is stored and ended', async () => {
    const all = await rows.rows<RunRow>(`select * from runs where status <> 'running'`);
    found = all.find(({ run_id }) => !known.has(run_id));
    return found !== undefined;
  });
  known.add(found!.run_id);
  return found!;
}

describe('in front of the reference server on stdio', () => {
  it('every frame is that of the server alone, and the calls are recorded', async () => {
    const alone = mcpPeer(EVERYTHING);
    await everythingOf(alone);
    await alone.close();
    const behind = mcpPeer([...PROXY, '--', ...EVERYTHING], recording());
    await everythingOf(behind);
    expect(await behind.close()).toBe(0);
    expect(alone.frames.length).toBeGreaterThan(25);
    expect(behind.frames).toEqual(alone.frames);
    expect(behind.stderr()).toBe(alone.stderr());

    const run = await newRun();
    expect(run).toMatchObject({
      status: 'completed',
      server_version: 'mcp mcp-servers/everything 2.0.0',
      proto_version: '2025-11-25',
    });
    const calls = await rows.calls(run.run_id);
    expect(calls.map(({ seq, tool_name, success }) => [seq, tool_name, success])).toEqual([
      [0, 'echo', true],
      [1, 'get-sum', true],
      [2, 'get-tiny-image', true],
      [3, 'get-structured-content', true],
      [4, 'get-annotated-message', true],
      [5, 'get-resource-links', true],
      [6, 'echo', false],
      [7, 'no-such-tool', false],
      [8, 'trigger-long-running-operation', true],
      [9, 'trigger-sampling-request', true],
      [10, 'trigger-elicitation-request', true],
      [11, 'trigger-long-running-operation', null],
    ]);
    expect(calls[1]).toMatchObject({ input_jsonb: { a: 2, b: 40 }, session_id: run.session_id });
    expect(calls[11]).toMatchObject({ error_msg: 'cancelled', output_jsonb: { cancelled: true, reason: 'no need' } });
    const everything = await rows.everything();
    // A picture nobody can mask, and what the user was asked for.
    expect(everything).not.toContain('iVBORw0KGgo');
    expect(everything).not.toContain('Persimmon');
  });

  it('keeps recording while the server is away, and a killed proxy loses only what it did not hear', async () => {
    const away = { ...recording(), LASKOBOT_OUTBOX: join(folder, 'away') };
    await server.kill('SIGTERM');
    const behind = mcpPeer([...PROXY, '--', ...EVERYTHING], away);
    await behind.initialize();
    await behind.request('tools/call', {
      name: 'echo',
      arguments: { message: 'while away' },
      _meta: { traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01' },
    });
    await until('the call is on disk', async () => (await journals(away.LASKOBOT_OUTBOX)).includes('while away'));
    behind.child.kill('SIGKILL');
    expect(await behind.ended).toBe('SIGKILL');
    await server.restart();

    const next = mcpPeer([...PROXY, '--', ...EVERYTHING], away);
    await next.initialize();
    const lost = await newRun();
    expect(lost).toMatchObject({ status: 'partial', root_request_id: '4bf92f3577b34da6a3ce929d0e0e4736' });
    expect((await rows.calls(lost.run_id)).map(({ output_jsonb }) => JSON.stringify(output_jsonb))).toEqual([
      expect.stringContaining('Echo: while away'),
    ]);
    await next.call('echo', { message: 'again' });
    next.child.kill('SIGTERM');
    // The reference server ends by itself once it is told to.
    await next.ended;
    expect(await newRun()).toMatchObject({ status: 'partial' });
    expect(await journals(away.LASKOBOT_OUTBOX)).toBe('');
  });
});

/** What waits there; the project's key of word hashes lies beside it. */
const journals = async (dir: string): Promise<string> => {
  const names = (await readdir(dir).catch(() => [])).filter((name) => name !== 'project.json');
  return (await Promise.all(names.map((name) => readFile(join(dir, name), 'utf8').catch(() => '')))).join('\n').trim();
};

describe('the command', () => {
  it('passes on how the server ended, and says once that nothing is recorded without a key', async () => {
    const script = 'process.stdin.once("data", () => { console.error("own words"); process.exit(3); })';
    const behind = mcpPeer([...PROXY, '--', process.execPath, '-e', script], { LASKOBOT_KEY: '' });
    behind.write('{}\n');
    expect(await behind.ended).toBe(3);
    expect(behind.stderr()).toBe(
      'laskobot-runs mcp: nothing is recorded: give a key with --key or LASKOBOT_KEY\nown words\n',
    );

    const killed = mcpPeer([
      ...PROXY,
      '--mode',
      'off',
      '--',
      process.execPath,
      '-e',
      'process.kill(process.pid, "SIGKILL")',
    ]);
    expect(await killed.ended).toBe('SIGKILL');
    const missing = mcpPeer([...PROXY, '--mode', 'off', '--', 'laskobot-no-such-program']);
    expect([await missing.ended, missing.stderr()]).toEqual([127, expect.stringContaining('could not be started')]);
  });
});

const PASSWORD = 'Dunlin!Harbinger19';
const PIN = '73';
const LOGIN = `<!doctype html><title>Login</title><h1>Login</h1>
<form onsubmit="event.preventDefault(); document.querySelector('output').textContent = password.value + ' is wrong'">
<label>Password <input id="password" type="password"></label><label>PIN <input id="pin"></label><button>Sign in</button></form>
<output></output>`;

/** Signs in with a password that the server then says in its code, in the page, and in an error. */
async function signIn(peer: McpPeer, origin: string): Promise<string> {
  await peer.initialize();
  await peer.call('browser_navigate', { url: `${origin}/login?user=ruddy` });
  const seen = (await peer.call('browser_snapshot')).result?.content?.[0]?.text ?? '';
  const ref = (name: string): string => new RegExp(`textbox "${name}".*?\\[ref=(\\w+)\\]`).exec(seen)?.[1] ?? 'none';
  await peer.call('browser_type', { target: ref('PIN'), element: 'PIN', text: PIN });
  await peer.call('browser_type', { target: ref('Password'), element: 'Password', text: PASSWORD, submit: true });
  await peer.call('browser_snapshot');
  await peer.call('browser_type', { target: `getByText('${PASSWORD} no')`, element: 'Gone', text: PASSWORD });
  await peer.call('browser_take_screenshot');
  return peer.frames.join('\n');
}

describe('in front of a browser', () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await serveLab({ '/login': LOGIN });
  });
  afterAll(() => lab?.close());
  const browserServer = [
    resolve('node_modules/.bin/playwright-mcp'),
    ...['--headless', '--no-sandbox', '--isolated', '--output-dir'],
    ...[join(tmpdir(), 'laskobot-mcp-output'), '--executable-path', process.env.CHROMIUM_PATH ?? ''],
  ];
  /** Names of files hold the time, and of the console it tells with whichever answer is the next. */
  const timeless = (frames: readonly string[]): string[] =>
    frames.map((frame) =>
      frame
        .replace(/\d{4}-\d\d-\d\dT[\d-]+Z/g, 'TIME')
        .replace(/"data":"[^"]+"/, '"data":"PICTURE"')
        .replace(/\\n- Console: \d+ errors, \d+ warnings/, '')
        .replace(/\\n### Events\\n- New console entries: [^"\\]+/, ''),
    );

  it('frames are those of the server alone, and what was typed is nowhere though the server says it', async () => {
    const alone = mcpPeer(browserServer);
    await signIn(alone, lab.origin);
    await alone.close();
    const behind = mcpPeer([...PROXY, '--', ...browserServer], recording());
    const said = await signIn(behind, lab.origin);
    await behind.close();
    expect(timeless(behind.frames)).toEqual(timeless(alone.frames));
    // In the code, in the page and in the error: else this would show nothing.
    expect(said.split(PASSWORD).length).toBeGreaterThan(4);
    expect(said).toContain(`fill('${PIN}')`);

    const run = await newRun();
    const calls = await rows.calls(run.run_id);
    expect(calls.map(({ tool_name, success }) => [tool_name, success])).toEqual([
      ['browser_navigate', true],
      ['browser_snapshot', true],
      ['browser_type', true],
      ['browser_type', true],
      ['browser_snapshot', true],
      ['browser_type', false],
      ['browser_take_screenshot', true],
    ]);
    expect(JSON.stringify(calls[3]?.output_jsonb)).toContain("fill('[typed]')");
    expect(JSON.stringify([calls[2]?.input_jsonb, calls[2]?.output_jsonb])).not.toMatch(/\b73\b/);
    const haystack = {
      ...(await serverHaystack(server, await rows.everything())),
      outbox: await journals(outbox),
      'what the proxy said': behind.stderr(),
    };
    expect(leaks({ password: PASSWORD, query: 'ruddy' }, haystack)).toEqual([]);
  });
});
