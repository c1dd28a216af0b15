import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import type { Advice } from '../../understand/types.ts';
import { createUnknown } from '../../understand/unknown.ts';
import type { FinishedCall } from '../call.ts';
import { createComplaints } from '../complaints.ts';
import { runStdio } from './run_stdio.ts';
import { spawnUpstream } from './spawn_upstream.ts';

/** Says back, byte for byte, what it hears. */
const ECHO = 'process.stdin.pipe(process.stdout)';
const SILENT_ADVICE: Advice = { tools: () => [], call: () => undefined, amend: async () => undefined };

/** A proxy in front of a program, with streams in place of this process's own. */
function start(program: string, { active = false, env = {} as NodeJS.ProcessEnv } = {}) {
  const input = new PassThrough();
  const output = new PassThrough();
  const finished: FinishedCall[] = [];
  const statuses: string[] = [];
  const said: string[] = [];
  let signal: ((signal: NodeJS.Signals) => void) | undefined;
  const chunks: Buffer[] = [];
  output.on('data', (chunk: Buffer) => chunks.push(chunk));
  const complaints = createComplaints((line) => said.push(line));
  const ended = runStdio({
    upstream: spawnUpstream([process.execPath, '-e', program], { ...process.env, ...env }),
    client: { input, output },
    session: {
      watchers: [{ finished: (call) => finished.push(call), ended: (_, status) => statuses.push(status) }],
      createUnderstanding: createUnknown,
      ...(active ? { createAdvice: () => SILENT_ADVICE } : {}),
      now: Date.now,
    },
    complaints,
    onSignal: (_, listener) => {
      signal = listener;
      return () => undefined;
    },
  });
  return {
    input,
    ended,
    finished,
    statuses,
    said,
    received: () => Buffer.concat(chunks),
    signal: (name: NodeJS.Signals) => signal?.(name),
    saw: (text: string) =>
      new Promise<void>((resolve) => {
        const look = (): void => {
          if (Buffer.concat(chunks).includes(text)) resolve();
          else output.once('data', look);
        };
        look();
      }),
  };
}

const FRAMES = Buffer.from(
  [
    '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"x","arguments":{"a":1.0,"b":"\\u00e9 🐴"},"odd":[]}}\r\n',
    '\n',
    '{ "jsonrpc" : "2.0" , "id" : 1 , "result" : { "content" : [ ] , "unknown" : 1e2 } }\n',
    '[{"jsonrpc":"2.0","method":"notifications/progress","params":{"progress":1}}]\n',
    '{"jsonrpc":"2.0","id":7,"method":"sampling/createMessage","params":{"x":"žluťoučký 🐴"}}\n',
    'this is no JSON\n{"broken":\n',
    `{"jsonrpc":"2.0","id":2,"result":{"content":[{"type":"image","data":"${'QUJD'.repeat(2_600_000)}"}]}}\n`,
  ].join(''),
);
const LAST_LINE = Buffer.from('{"jsonrpc":"2.0","method":"without an end of line"}');

describe('frames', () => {
  test.each([
    ['nothing may change', false],
    ['something may change', true],
  ])('go on byte for byte, both ways, where %s', async (_, active) => {
    const proxy = start(ECHO, { active });
    // Odd pieces cut characters of many bytes in two.
    for (let at = 0; at < FRAMES.length; at += 65_537)
      if (!proxy.input.write(FRAMES.subarray(at, at + 65_537)))
        await new Promise((resolve) => proxy.input.once('drain', resolve));
    proxy.input.end(LAST_LINE);
    expect(await proxy.ended).toEqual({ kind: 'exited', code: 0 });
    // An answer that waits for advice holds up nobody else's.
    const lines = (bytes: Buffer): string[] => bytes.toString().split(/(?<=\n)/);
    if (active) expect(lines(proxy.received()).sort()).toEqual(lines(Buffer.concat([FRAMES, LAST_LINE])).sort());
    else expect(proxy.received().equals(Buffer.concat([FRAMES, LAST_LINE]))).toBe(true);
    expect(proxy.finished.map(({ outcome }) => outcome.kind)).toEqual(['answered']);
    expect(proxy.statuses).toEqual(['completed']);
    expect(proxy.said).toEqual([]);
  });
});

const call = (id: number): string =>
  `${JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/call', params: { name: 'x' } })}\n`;

describe('the end', () => {
  test('of the server is that of the proxy, with its code; the run failed', async () => {
    const proxy = start("process.stdin.once('data', () => process.exit(3))");
    proxy.input.write(call(1));
    expect(await proxy.ended).toEqual({ kind: 'exited', code: 3 });
    expect([proxy.statuses, proxy.finished.map(({ outcome }) => outcome.kind)]).toEqual([['failed'], ['unanswered']]);
  });

  test('by a signal reaches the server, and leaves the run partial', async () => {
    const proxy = start(`process.stdin.pipe(process.stdout); process.on('SIGTERM', () => process.exit(0))`);
    proxy.input.write(call(1));
    await proxy.saw('tools/call');
    proxy.signal('SIGTERM');
    expect(await proxy.ended).toEqual({ kind: 'exited', code: 0 });
    expect(proxy.statuses).toEqual(['partial']);
  });

  test('of a program that is not there is told', async () => {
    const complaints = createComplaints(() => undefined);
    const end = await runStdio({
      upstream: spawnUpstream(['laskobot-no-such-program'], process.env),
      client: { input: new PassThrough(), output: new PassThrough() },
      session: { watchers: [], createUnderstanding: createUnknown, now: Date.now },
      complaints,
      onSignal: () => () => undefined,
    });
    expect(end).toMatchObject({ kind: 'not_started', reason: expect.stringContaining('ENOENT') });
  });

  test('the server does not see our key', async () => {
    const proxy = start('console.log(JSON.stringify([process.env.LASKOBOT_KEY ?? null, process.env.OTHER]))', {
      env: { LASKOBOT_KEY: 'lb_secret_x', OTHER: 'yes' },
    });
    await proxy.ended;
    expect(JSON.parse(proxy.received().toString())).toEqual([null, 'yes']);
  });
});
