import type { Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { WebSocket } from 'ws';
import { type Daemon, MAX_FRAME_BYTES, startDaemon } from './daemon.ts';
import { DROP_BYTES } from './outgoing.ts';
import { connectPeer, type DaemonPeer, joinSession } from './testing/peer.ts';

const TOKEN = 'a-token-of-the-tests';
const ALLOWED = 'http://dashboard.example:3000';

let daemon: Daemon;
beforeAll(async () => {
  daemon = await startDaemon({ port: 0, token: TOKEN, origins: [ALLOWED] });
});
afterAll(() => daemon.close());

const peers: DaemonPeer[] = [];
afterEach(async () => {
  for (const { socket } of peers) socket.terminate();
  await Promise.all(peers.splice(0).map(({ closed }) => closed));
});
async function join(sessionId: string, role: 'agent' | 'extension', hello = {}): Promise<DaemonPeer> {
  const peer = await joinSession(daemon, sessionId, role, hello);
  peers.push(peer);
  return peer;
}
let count = 0;
function newSession(): string {
  count += 1;
  return `session ${count}`;
}
/** Beneath the frames. */
const rawSocket = (socket: WebSocket): Socket => (socket as unknown as { _socket: Socket })._socket;

test('a command goes to the extension of its session and the answer to the one that asked, byte for byte; events go to all', async () => {
  const sessionId = newSession();
  const [extension, one, two] = await Promise.all([
    join(sessionId, 'extension'),
    join(sessionId, 'agent'),
    join(sessionId, 'agent'),
  ]);
  const frame = { wireId: 'c1', sessionId, type: 'command', name: 'dom.click', payload: { selector: '#a' }, tabId: 7 };
  const command = `  ${JSON.stringify({ ...frame, unknown: { kept: [1e3, 'ü\u2028'] } }, null, 1)}`;
  one.socket.send(command);
  await extension.frame(({ wireId }) => wireId === 'c1');
  expect(extension.texts.at(-1)).toBe(command);
  const answer = `{"payload":{"ok":true},"type":"response","wireId":"c1","name":"dom.click","sessionId":"${sessionId}"}`;
  extension.socket.send(answer);
  await one.frame(({ wireId }) => wireId === 'c1');
  expect(one.texts.at(-1)).toBe(answer);
  const event = { wireId: 'e1', sessionId, type: 'event', name: 'custom', payload: 1, tabId: 'seven' };
  extension.send(event);
  for (const agent of [one, two]) await agent.frame(({ wireId }) => wireId === 'e1');
  expect(two.frames.slice(1)).toEqual([event]);
});

test('what cannot go is an error with a code', async () => {
  const sessionId = newSession();
  const agent = await join(sessionId, 'agent');
  const code = async (peer: DaemonPeer, frame: Parameters<DaemonPeer['ask']>[0]) =>
    (await peer.ask({ sessionId, type: 'command', name: 'x', ...frame })).payload.error.code;
  expect(await code(agent, { wireId: '1' })).toBe('no_extension');
  expect(await code(agent, { wireId: '2', sessionId: 'of others' })).toBe('not_joined');
  expect(await code(agent, { wireId: '3', type: 'event' })).toBe('wrong_direction');
  expect(await code(agent, { wireId: '4', tabId: -1 })).toBe('invalid_envelope');
  expect(await code(agent, { wireId: '5', name: 'daemon.hello', payload: { role: 'extension' } })).toBe(
    'wrong_direction',
  );
  const extension = await join(sessionId, 'extension');
  expect(await code(extension, { wireId: '6' })).toBe('wrong_direction');
  expect(await code(extension, { wireId: '7', type: 'response' })).toBe('unknown_command');
  agent.send({ wireId: '8', sessionId, type: 'command', name: 'x' });
  await extension.frame(({ wireId }) => wireId === '8');
  expect(await code(agent, { wireId: '8' })).toBe('duplicate_command');
});

test('an extension that connects anew takes over; commands that nobody will answer are told so', async () => {
  const sessionId = newSession();
  const [before, agent] = await Promise.all([join(sessionId, 'extension'), join(sessionId, 'agent')]);
  const asked = [agent.ask({ wireId: '1', sessionId, type: 'command', name: 'x' })];
  await before.frame(({ wireId }) => wireId === '1');
  const after = await join(sessionId, 'extension');
  expect(await before.closed).toEqual({ code: 4009, reason: 'the extension has connected anew' });
  asked.push(agent.ask({ wireId: '2', sessionId, type: 'command', name: 'x' }));
  await after.frame(({ wireId }) => wireId === '2');
  after.socket.terminate();
  const codes = (await Promise.all(asked)).map(({ payload }) => payload.error.code);
  expect(codes).toEqual(['extension_gone', 'extension_gone']);
});

test.each([
  ['no token', undefined, {}, '401'],
  ['a wrong token', `${TOKEN}x`, {}, '401'],
  ['a wrong token as sub-protocol', undefined, { protocols: ['laskobot.v2', 'laskobot.token.wrong'] }, '401'],
  ['the Origin of a page', TOKEN, { origin: 'https://shop.example' }, '403'],
  ['the Origin of another page of this machine', TOKEN, { origin: 'http://127.0.0.1:9999' }, '403'],
  ['an Origin that only begins like an extension', TOKEN, { origin: 'chrome-extension://a.example/..' }, '403'],
  ['the Origin of a sandboxed page', TOKEN, { origin: 'null' }, '403'],
  ['the Host of a page that was pointed here', TOKEN, { headers: { host: 'rebound.example:80' } }, '403'],
  ['a Host that only begins like this machine', TOKEN, { headers: { host: '127.0.0.1.rebound.example' } }, '403'],
])('%s is refused', async (_what, token, options, status) => {
  await expect(connectPeer(daemon.url, token, options)).rejects.toThrow(status);
});

test('extensions, listed pages and programs connect, with the token as bearer or sub-protocol', async () => {
  const protocols = ['laskobot.v2', `laskobot.token.${TOKEN}`];
  for (const origin of [
    'chrome-extension://abcdefghijklmnopabcdefghijklmnop',
    `moz-extension://${crypto.randomUUID()}`,
    ALLOWED,
  ]) {
    const { socket } = await connectPeer(daemon.url, undefined, { protocols, origin });
    expect(socket.protocol).toBe('laskobot.v2');
    socket.terminate();
  }
  const { socket } = await connectPeer(daemon.url.replace('127.0.0.1', 'localhost'), TOKEN, { family: 4 });
  socket.terminate();
});

/** That a session works, beside whatever was done to the daemon. */
async function stillWorks(): Promise<void> {
  const sessionId = newSession();
  const [extension, agent] = await Promise.all([join(sessionId, 'extension'), join(sessionId, 'agent')]);
  const asked = agent.ask({ wireId: '1', sessionId, type: 'command', name: 'echo', payload: sessionId });
  const { payload } = await extension.frame(({ wireId }) => wireId === '1');
  extension.send({ wireId: '1', sessionId, type: 'response', name: 'echo', payload });
  expect((await asked).payload).toBe(sessionId);
}

const DEEP = '['.repeat(200_000) + ']'.repeat(200_000);
test.each<[string, (peer: DaemonPeer, sessionId: string) => void, number]>([
  ['more bytes than a message may have', ({ socket }) => socket.send('x'.repeat(MAX_FRAME_BYTES + 1)), 1009],
  ['bytes that are no UTF-8', ({ socket }) => socket.send(Buffer.from([0xff, 0xfe]), { binary: false }), 1007],
  ['a binary message', ({ socket }) => socket.send(Buffer.from('{}')), 1003],
  ['bytes that are no frame', ({ socket }) => rawSocket(socket).write(Buffer.from([0xff, 0xff, 0xff, 0xff])), 1002],
  [
    'one message after another that is no envelope',
    ({ socket }, sessionId) => {
      const frames = [
        '',
        'null',
        '[]',
        '{',
        '"x"',
        DEEP,
        `{"wireId":"1","sessionId":"${sessionId}"}`,
        '{"__proto__":1}',
      ];
      for (const frame of [...frames, ...frames, ...frames]) socket.send(frame);
    },
    4010,
  ],
])('%s ends that connection and nothing else', async (_what, attack, code) => {
  const sessionId = newSession();
  const peer = await join(sessionId, 'agent');
  attack(peer, sessionId);
  expect((await peer.closed).code).toBe(code);
  await stillWorks();
});

test('deep, wide and odd payloads go on as they are', async () => {
  const sessionId = newSession();
  const [extension, agent] = await Promise.all([join(sessionId, 'extension'), join(sessionId, 'agent')]);
  const wide = `{${Array.from({ length: 100_000 }, (_, n) => `"text${n}":"typed"`)}}`;
  for (const [n, payload] of [DEEP, wide, '{"__proto__":{"type":"event"},"constructor":1}', '1e999'].entries()) {
    const frame = `{"wireId":"${n}","sessionId":"${sessionId}","type":"command","name":"x","payload":${payload}}`;
    agent.socket.send(frame);
    await extension.frame(({ wireId }) => wireId === String(n));
    expect(extension.texts.at(-1) === frame).toBe(true);
  }
});

test('a slow consumer is told so and dropped; the others miss nothing', async () => {
  const sessionId = newSession();
  const [extension, fast, slow] = await Promise.all([
    join(sessionId, 'extension'),
    join(sessionId, 'agent'),
    join(sessionId, 'agent'),
  ]);
  slow.socket.pause();
  const payload = 'x'.repeat(1024 * 1024);
  // Twice what may wait here, and what the kernel's buffers take besides.
  const most = 2 * (DROP_BYTES / payload.length) + 16;
  for (let n = 0; n < most; n += 1) {
    extension.send({ wireId: `e${n}`, sessionId, type: 'event', name: 'bulk', payload });
    await fast.frame(({ wireId }) => wireId === `e${n}`);
  }
  slow.socket.resume();
  expect(await slow.closed).toEqual({ code: 4008, reason: 'slow consumer' });
  const got = slow.frames.slice(1).map(({ wireId }) => wireId);
  expect(got.length).toBeLessThan(most);
  expect(got).toEqual(Array.from(got, (_, n) => `e${n}`));
  expect(fast.frames).toHaveLength(1 + most);
});

test('an agent that writes faster than the extension reads is read no further, and loses nothing', async () => {
  const sessionId = newSession();
  const [extension, agent] = await Promise.all([join(sessionId, 'extension'), join(sessionId, 'agent')]);
  extension.socket.pause();
  const payload = 'x'.repeat(1024 * 1024);
  const most = 32;
  for (let n = 0; n < most; n += 1) agent.send({ wireId: `c${n}`, sessionId, type: 'command', name: 'bulk', payload });
  // What the daemon would have taken in it would have had to drop: it holds back, and the rest waits here.
  await stillWorks();
  expect(agent.socket.bufferedAmount).toBeGreaterThan(0);
  extension.socket.resume();
  await extension.frame(({ wireId }) => wireId === `c${most - 1}`);
  expect(extension.frames.slice(1).map(({ wireId }) => wireId)).toEqual(
    Array.from({ length: most }, (_, n) => `c${n}`),
  );
  expect([extension.socket.readyState, agent.socket.readyState]).toEqual([1, 1]);
});

test('as many connections as there may be leave the daemon answering, and room once they have gone', async () => {
  const small = await startDaemon({ port: 0, token: TOKEN, maxConnections: 20 });
  const all = await Promise.all(Array.from({ length: 20 }, () => connectPeer(small.url, TOKEN)));
  await expect(connectPeer(small.url, TOKEN)).rejects.toThrow('503');
  all[0]!.socket.close();
  await all[0]!.closed;
  const next = await connectPeer(small.url, TOKEN);
  await small.close();
  expect((await next.closed).code).toBe(1001);
});
