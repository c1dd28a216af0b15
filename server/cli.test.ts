import { spawn } from 'node:child_process';
import { cp, mkdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { runCli } from './cli/run_cli.ts';
import { createDatabase, describePostgres, openTestPostgres } from './testing/databases.ts';
import {
  buildCli,
  emptyDir,
  printedKey,
  runCommand,
  type ServerProcess,
  startServer,
} from './testing/server_process.ts';

// Each start of the embedded database takes seconds, more on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

let cli: string;
let dataDir: string;
/** A data folder with the schema and nothing else: to make one anew takes seconds. */
let template: string;
const running: ServerProcess[] = [];
beforeAll(async () => {
  cli = await buildCli();
  template = await emptyDir();
  const made = runCommand(cli, ['migrate'], { DATA_DIR: template });
  expect([await made.ended, made.output()]).toEqual([0, expect.stringContaining('The schema is applied.')]);
}, 120_000);
afterAll(async () => {
  await rm(template, { recursive: true });
});
const preparedDir = async (): Promise<string> => {
  const dir = await emptyDir();
  await cp(template, dir, { recursive: true });
  return dir;
};
const withDataDir = (): void => {
  beforeEach(async () => {
    dataDir = await preparedDir();
  });
  afterEach(async () => {
    for (const { child, ended } of running.splice(0)) {
      child.kill('SIGKILL');
      await ended;
    }
    await rm(dataDir, { recursive: true });
  });
};

const start = async (env: Record<string, string> = {}, args: string[] = [], dir = dataDir): Promise<ServerProcess> => {
  const server = await startServer(cli, dir, env, args);
  running.push(server);
  return server;
};
const request = (server: ServerProcess, key: string, method: string, path: string, body?: unknown) =>
  fetch(`${server.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${key}` },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
const callsOf = (run_id: string, count: number) =>
  Array.from({ length: count }, (_, seq) => ({
    context: { run_id },
    tool_name: 'click',
    seq,
    event_uuid: uuidv7(),
    started_at: new Date().toISOString(),
  }));

describe('laskobot-runs start', () => {
  withDataDir();
  test('shows the secret key once, and tells extensions a key that is in force', async () => {
    const chrome = join(dataDir, 'chrome');
    await mkdir(chrome);
    const args = ['--extension', `${chrome},${join(dataDir, 'missing')}`];
    const told = async () => JSON.parse(await readFile(join(chrome, 'laskobot.json'), 'utf8'));

    const first = await start({}, args);
    const publishable = printedKey(first.output(), 'publishable');
    const secret = printedKey(first.output(), 'secret');
    const { bundle_key } = await told();
    expect(bundle_key).toMatch(/^[\w-]{100,}$/);
    expect(await told()).toEqual({ server_url: first.url, publishable_key: publishable, bundle_key });
    expect((await stat(join(dataDir, 'local.json'))).mode & 0o777).toBe(0o600);
    first.child.kill('SIGTERM');
    expect(await first.ended).toBe(0);

    const second = await start({}, args);
    expect(second.output()).not.toContain('lb_secret_');
    expect(await told()).toEqual({ server_url: second.url, publishable_key: publishable, bundle_key });
    expect((await request(second, secret, 'GET', '/v1/project')).status).toBe(200);
    second.child.kill('SIGINT');
    expect(await second.ended).toBe(0);

    const display = publishable.slice(0, 'lb_publishable_'.length + 6);
    expect(await runCommand(cli, ['keys', 'revoke', display], { DATA_DIR: dataDir }).ended).toBe(0);
    const third = await start({}, args);
    expect((await told()).publishable_key).not.toBe(publishable);
    expect((await request(third, (await told()).publishable_key, 'GET', '/v1/project')).status).toBe(200);
  });

  test('a second server on one data folder says who has it', async () => {
    const first = await start();
    const second = await start();
    expect(await second.ended).toBe(2);
    expect(second.output()).toContain(`process ${first.child.pid} has this data folder open`);
    expect((await fetch(`${first.url}/readyz`)).status).toBe(200);
  });

  test('a port in use and a wrong variable are clear errors', async () => {
    const first = await start();
    const other = await preparedDir();
    const second = await start({ PORT: new URL(first.url).port }, [], other);
    expect([await second.ended, second.output()]).toEqual([2, expect.stringContaining('is in use')]);
    const third = await start({ LOG_LEVEL: 'loud' }, [], other);
    expect([await third.ended, third.output()]).toEqual([2, expect.stringContaining('LOG_LEVEL is "loud"')]);
    await rm(other, { recursive: true });
  });

  test('killed in the middle of batches, it has every call once after all are sent again', async () => {
    const first = await start();
    const secret = printedKey(first.output(), 'secret');
    const run_id = uuidv7();
    const batches = Array.from({ length: 20 }, () => 0);
    const calls = callsOf(run_id, batches.length * 20);
    const batchOf = (at: number) => calls.slice(at * 20, at * 20 + 20);
    const send = (server: ServerProcess, at: number) =>
      request(server, secret, 'POST', '/internal/ingest/tool_call', batchOf(at)).then((response) => response.json());

    const answers = batches.map((_, at) => send(first, at).catch(() => undefined));
    await Promise.any(answers.map((answer) => answer.then((value) => value ?? Promise.reject(new Error('cut')))));
    first.child.kill('SIGKILL');
    const acknowledged = (await Promise.all(answers)).filter((answer) => answer !== undefined).length;
    expect(await first.ended).toBe('SIGKILL');

    const second = await start();
    const again = await Promise.all(batches.map((_, at) => send(second, at)));
    const count = (status: string) => again.reduce((sum, answer) => sum + answer[status], 0);
    expect(count('rejected')).toBe(0);
    expect(count('duplicate')).toBeGreaterThanOrEqual(acknowledged * 20);
    expect(count('accepted') + count('duplicate')).toBe(calls.length);
    const stored = await (await request(second, secret, 'GET', `/v1/runs/${run_id}`)).json();
    expect(stored.calls.map((call: { event_uuid: string }) => call.event_uuid)).toEqual(
      calls.map((call) => call.event_uuid),
    );
  });

  test('a stop finishes the requests in flight', async () => {
    const server = await start();
    const secret = printedKey(server.output(), 'secret');
    let release = () => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    const call = JSON.stringify(callsOf(uuidv7(), 1)[0]);
    const body = new ReadableStream({
      async start(controller) {
        controller.enqueue(new TextEncoder().encode(call.slice(0, 10)));
        await released;
        controller.enqueue(new TextEncoder().encode(call.slice(10)));
        controller.close();
      },
    });
    const answer = fetch(`${server.url}/internal/ingest/tool_call`, {
      method: 'POST',
      headers: { apikey: secret },
      body,
      duplex: 'half',
    } as RequestInit);
    // Another request on another connection, so that the first has certainly arrived.
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
    server.child.kill('SIGTERM');
    while (await fetch(`${server.url}/healthz`).then(Boolean, () => false));
    release();
    expect(await (await answer).json()).toMatchObject({ accepted: 1 });
    expect(await server.ended).toBe(0);
  });
});

describe('e2e/smoke.sh', () => {
  withDataDir();
  const smoke = async (args: string[]) => {
    const child = spawn('e2e/smoke.sh', args, { env: { PATH: process.env.PATH } });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        said += chunk.toString();
      });
    }
    return [await new Promise((resolve) => child.once('close', resolve)), said];
  };

  test('passes on a fresh server, and fails on any difference', async () => {
    const server = await start();
    const keys = (['secret', 'publishable'] as const).map((kind) => printedKey(server.output(), kind));
    expect(await smoke([server.url, ...keys])).toEqual([0, expect.stringContaining('All as expected.')]);
    // With its kinds of key exchanged, what takes a secret key is refused.
    expect(await smoke([server.url, ...keys.toReversed()])).toEqual([1, expect.stringContaining('FAIL')]);
    expect(await smoke(['http://127.0.0.1:1', 'x'])).toEqual([1, expect.stringContaining('no answer')]);
    expect(await smoke(['--help'])).toEqual([0, expect.stringContaining('Usage:')]);
  });
});

describePostgres('two servers', (bin) => {
  withDataDir();
  test('that start at once on one fresh database agree on schema and project', async () => {
    const { url } = await createDatabase(bin);
    const other = await emptyDir();
    const servers = await Promise.all([dataDir, other].map((dir) => start({ DATABASE_URL: url }, [], dir)));
    expect(servers.filter((server) => server.output().includes('lb_secret_'))).toHaveLength(1);
    const secret = printedKey(servers.map((server) => server.output()).join(), 'secret');
    for (const server of servers) {
      expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
      expect((await request(server, secret, 'GET', '/v1/project')).status).toBe(200);
    }
    const calls = callsOf(uuidv7(), 200);
    const answers = await Promise.all(
      servers.map((server) =>
        request(server, secret, 'POST', '/internal/ingest/tool_call', calls).then((r) => r.json()),
      ),
    );
    expect(answers.map((answer) => answer.rejected)).toEqual([0, 0]);
    expect(answers.reduce((sum, answer) => sum + answer.accepted, 0)).toBe(200);
    const db = openTestPostgres(url);
    const counts = await db.tx('admin', (tx) =>
      tx.query(
        `select (select count(*)::int from projects) as projects, (select count(*)::int from tool_calls) as calls`,
      ),
    );
    await db.close();
    expect(counts).toEqual([{ projects: 1, calls: 200 }]);
    await rm(other, { recursive: true });
  });
});

describe('the command line', () => {
  test.each([
    [[], 0, 'Usage: laskobot-runs COMMAND'],
    [['--help'], 0, 'keys create'],
    [['--version'], 0, '0.'],
    [['start', '--help'], 0, '--extension DIR'],
    [['keys', 'create', '-h'], 0, '--kind publishable|secret'],
    [['jobs', 'run', '--help'], 0, 'jobs run NAME'],
    [['nonsense'], 2, 'unknown command nonsense'],
    [['keys'], 2, 'keys needs one of: keys create, keys list, keys revoke'],
    [['start', '--prot', '1'], 2, "Unknown option '--prot'"],
    [['jobs', 'run'], 2, 'takes 1 argument(s), got 0'],
  ])('laskobot-runs %j ends with %i', async (args, code, text) => {
    const command = runCommand(cli, args);
    expect([await command.ended, command.output()]).toEqual([code, expect.stringContaining(text)]);
  });
});

describe('the command line on the folder of a stopped server', () => {
  withDataDir();
  afterEach(() => {
    vi.restoreAllMocks();
  });

  test('makes, lists and revokes keys, and runs jobs', async () => {
    const server = await start();
    server.child.kill('SIGTERM');
    await server.ended;
    const env = { DATA_DIR: dataDir, LOG_LEVEL: 'silent' };
    const creating = runCommand(cli, ['keys', 'create', '--kind', 'secret', '--name', 'ci'], env);
    expect(await creating.ended).toBe(0);
    const made = creating.output();
    let said = '';
    for (const method of ['log', 'error'] as const)
      vi.spyOn(console, method).mockImplementation((line: string) => {
        said += `${line}\n`;
      });
    // Each by itself in one process: to start fourteen takes most of a minute.
    const run = async (...args: string[]) => {
      said = '';
      const code = await runCli(args, env);
      return [code, said];
    };
    const key = printedKey(made, 'secret');
    const display = key.slice(0, 'lb_secret_'.length + 6);
    expect(await run('keys', 'list')).toEqual([
      0,
      expect.stringMatching(new RegExp(`secret\t${display}…\tci\t.*\t-\t-\n`)),
    ]);
    expect(await run('keys', 'revoke', display)).toEqual([0, expect.stringContaining('Revoked secret key')]);
    expect(await run('keys', 'revoke', display)).toEqual([2, expect.stringContaining('no key in force')]);
    expect(await run('keys', 'create', '--kind', 'master')).toEqual([2, expect.stringContaining('--kind takes')]);
    expect(await run('keys', 'create', '--kind', 'secret', '--project', 'x')).toEqual([
      2,
      expect.stringContaining('no project "x"'),
    ]);
    const [, projectId] = await run('projects', 'create', 'second');
    expect(await run('projects', 'create', 'second')).toEqual([2, expect.stringContaining('there is a project')]);
    expect(await run('projects', 'create', 'a\tb')).toEqual([2, expect.stringContaining('no name for a project')]);
    expect(await run('keys', 'create', '--kind', 'secret', '--project', 'second')).toEqual([0, expect.any(String)]);
    expect(await run('projects', 'list')).toEqual([
      0,
      expect.stringContaining(`${String(projectId).trim()}\tsecond\t1\t`),
    ]);
    expect(await run('jobs', 'run', 'aggregate')).toEqual([0, expect.stringContaining('"outcome":"succeeded"')]);
    expect(await run('jobs', 'run', 'x')).toEqual([2, expect.stringContaining('there is no such job')]);
    expect(await run('migrate')).toEqual([0, expect.stringContaining('applied')]);
  });
});
