import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type * as DaemonModule from '../../server/agents/daemon/index.ts';
import { type DaemonPeer, joinSession } from '../../server/agents/daemon/testing/peer.ts';
import { createDatabase } from '../../server/testing/databases.ts';
import { describeWith } from '../../server/testing/needs.ts';
import { findPostgres, freePort } from '../../server/testing/postgres_cluster.ts';
import { runCommand } from '../../server/testing/server_process.ts';
import { leaks } from '../harness/haystack.ts';
import { openRows, type Rows } from '../harness/rows.ts';
import { type RunningServer, startServer } from '../harness/server.ts';
import { until } from '../harness/wait.ts';

const SESSIONS = 50;
const COMMANDS = 20;
const EVENTS = 20;
const TOKEN = 'a-token-of-the-specs';

interface EventRow {
  readonly session_id: string;
  readonly tab_id: string;
  readonly instance_id: string;
  readonly url: string;
  readonly data: { readonly says: string; readonly n: number };
}

describeWith(findPostgres(), 'Postgres (set PG_BIN)', 'the WebSocket daemon as a process', (bin) => {
  let server: RunningServer;
  let rows: Rows;
  let outbox: string;
  let running: ReturnType<typeof runCommand>;
  let said = '';
  let daemon: { url: string; token: string };

  async function startDaemon(port: number): Promise<void> {
    const args = ['daemon', '--port', String(port), '--token', TOKEN, '--outbox', outbox, '--server-url', server.url];
    running = runCommand('dist/server/cli.js', args, { LASKOBOT_KEY: server.publishableKey });
    const url = `ws://127.0.0.1:${port}`;
    await until('the daemon listens', async () => running.output().includes(`Listening on ${url}\n`));
    daemon = { url, token: TOKEN };
  }
  async function endDaemon(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | string> {
    running.child.kill(signal);
    const ended = await running.ended;
    said += running.output();
    return ended;
  }

  beforeAll(async () => {
    const { name, url, cluster } = await createDatabase(bin);
    outbox = await mkdtemp(join(tmpdir(), 'laskobot-outbox-'));
    server = await startServer({ DATABASE_URL: url });
    rows = await openRows(cluster.superuserUrl(name));
    await startDaemon(await freePort());
  });
  afterAll(async () => {
    running?.child.kill('SIGKILL');
    await rows?.close();
    await server?.kill('SIGTERM');
    if (outbox) await rm(outbox, { recursive: true });
  });

  const ids = Array.from({ length: SESSIONS }, (_, n) => `session-${n}`);
  const says = (sessionId: string, what: string, n: number): string => `${what} ${n} for nobody but ${sessionId}`;
  const eventOf = (sessionId: string, n: number) => ({
    wireId: `event-${n}`,
    sessionId,
    type: 'event',
    name: n === 0 ? 'tab.created' : 'navigation.committed',
    tabId: n,
    payload: { url: `https://shop.example/${sessionId}/of-many`, says: says(sessionId, 'event', n), n },
  });

  /** An extension that answers each command by its content and the session that it knows itself to be in. */
  async function extension(sessionId: string): Promise<DaemonPeer> {
    const peer = await joinSession(daemon, sessionId, 'extension', {
      instanceId: `browser-of-${sessionId}`,
      extension: 'firefox',
    });
    peer.socket.on('message', (data: Buffer) => {
      const frame = JSON.parse(data.toString());
      if (frame.type !== 'command') return;
      peer.send({ ...frame, type: 'response', payload: { heard: frame.payload, by: sessionId } });
    });
    return peer;
  }

  it('keeps 50 sessions apart that talk at once, loses no event that it said was stored to kill -9, and stores none twice', async () => {
    const stored = new Map(ids.map((id) => [id, new Set<number>()]));
    const listen = (sessionId: string, peer: DaemonPeer): void => {
      peer.socket.on('message', (data: Buffer) => {
        const { type, wireId, payload } = JSON.parse(data.toString());
        if (type === 'response' && payload?.stored) stored.get(sessionId)!.add(Number(/\d+$/.exec(wireId)![0]));
      });
    };
    const before = await Promise.all(
      ids.map(async (sessionId) => {
        const peers = [await extension(sessionId), await joinSession(daemon, sessionId, 'agent')] as const;
        listen(sessionId, peers[0]);
        return { sessionId, extension: peers[0], agent: peers[1] };
      }),
    );
    const answers = before.map(({ sessionId, agent }) =>
      Promise.all(
        Array.from({ length: COMMANDS }, (_, n) =>
          // The same ids in every session: only the session tells them apart.
          agent.ask({
            wireId: `command-${n}`,
            sessionId,
            type: 'command',
            name: 'echo',
            payload: says(sessionId, 'command', n),
          }),
        ),
      ),
    );
    for (let n = 0; n < EVENTS / 2; n += 1)
      for (const { sessionId, extension } of before) extension.send(eventOf(sessionId, n));
    for (const [at, sessionId] of ids.entries())
      expect((await answers[at]!).map(({ payload }) => payload)).toEqual(
        Array.from({ length: COMMANDS }, (_, n) => ({ heard: says(sessionId, 'command', n), by: sessionId })),
      );
    await Promise.all(before.map(({ agent }) => agent.frame(({ wireId }) => wireId === `event-${EVENTS / 2 - 1}`)));
    for (const { sessionId, agent } of before) {
      const told = agent.frames.filter(({ type }) => type === 'event');
      expect(told).toEqual(Array.from(told, (_, n) => eventOf(sessionId, n)));
      expect(told).toHaveLength(EVENTS / 2);
    }

    // Some are on their way, some in the outbox, some with the server.
    for (let n = EVENTS / 2; n < EVENTS; n += 1)
      for (const { sessionId, extension } of before) extension.send(eventOf(sessionId, n));
    await until('some events are stored', async () => [...stored.values()].some(({ size }) => size > EVENTS / 2));
    expect(await endDaemon('SIGKILL')).toBe('SIGKILL');
    await Promise.all(before.flatMap(({ extension, agent }) => [extension.closed, agent.closed]));
    const atKill = new Map([...stored].map(([id, set]) => [id, new Set(set)]));
    await startDaemon(Number(new URL(daemon.url).port));

    // Every third session tells only what it has no word of; the others everything again.
    const after = await Promise.all(
      ids.map(async (sessionId, at) => {
        const peer = await extension(sessionId);
        listen(sessionId, peer);
        for (let n = 0; n < EVENTS; n += 1)
          if (at % 3 !== 0 || !atKill.get(sessionId)!.has(n)) peer.send(eventOf(sessionId, n));
        return peer;
      }),
    );
    await until('all events are stored', async () => [...stored.values()].every(({ size }) => size === EVENTS));
    const many = async (): Promise<number> =>
      (await rows.rows<{ count: number }>('select count(*)::int from events'))[0]!.count;
    await until('the server has them', async () => (await many()) >= SESSIONS * EVENTS);
    for (const { socket } of after) socket.close();
    expect(await endDaemon('SIGTERM')).toBe(0);

    const kept = await rows.rows<EventRow>('select session_id, tab_id, instance_id, url, data from events');
    const textOf = ({ session_id, tab_id, instance_id, url, data }: EventRow): string =>
      [session_id, tab_id, instance_id, url, data.says, data.n].join(' | ');
    const wanted = ids.flatMap((sessionId) =>
      Array.from({ length: EVENTS }, (_, n) => {
        const { url, says: words } = eventOf(sessionId, n).payload;
        return [sessionId, n, `browser-of-${sessionId}`, url, words, n].join(' | ');
      }),
    );
    expect(kept.map(textOf).sort()).toEqual(wanted.sort());
    const tabs = await rows.rows(
      `select i.session_id, t.tab_id, t.url_first_seen, i.instance_id, i.extension
         from tabs t join instances i using (project_id, instance_id)
        where t.tab_id = '0'`,
    );
    expect(tabs).toHaveLength(SESSIONS);
    expect(tabs).toEqual(
      expect.arrayContaining(
        ids.map((session_id) => ({
          session_id,
          tab_id: '0',
          url_first_seen: eventOf(session_id, 0).payload.url,
          instance_id: `browser-of-${session_id}`,
          extension: 'firefox',
        })),
      ),
    );
  });

  it('an emitter in another process stores the same message under the same id, and what was typed nowhere', async () => {
    const { createEmitter } = (await import(resolve('dist/agents/daemon.js'))) as typeof DaemonModule;
    const emitter = await createEmitter({ serverUrl: server.url, key: server.publishableKey, outbox });
    const sessionId = 'session-0';
    const canary = 'Canary-Tr0ub4dor&3';
    await emitter.event({
      wireId: 'c',
      sessionId,
      type: 'command',
      name: 'dom.type',
      payload: { selector: '#p', text: canary },
    });
    const failed = {
      wireId: 'typed',
      sessionId,
      type: 'event',
      name: 'page.error',
      payload: { message: `wrong: ${canary}` },
    };
    expect(await emitter.event(eventOf(sessionId, 0))).toEqual({ ok: true, outcome: 'queued' });
    expect(await emitter.event(failed)).toEqual({ ok: true, outcome: 'queued' });
    expect(await emitter.event({ ...failed, type: 'none' })).toMatchObject({
      ok: false,
      error: { code: 'invalid_envelope' },
    });
    const names = await readdir(outbox);
    const waiting = (await Promise.all(names.map((name) => readFile(join(outbox, name), 'utf8')))).join('\n');
    expect(waiting).toContain('page.error');
    await emitter.close();
    expect(await emitter.counts()).toMatchObject({ queued: 0, dead: 0, dropped: 0 });
    const stored = await rows.rows(`select data from events where session_id = $1`, [sessionId]);
    expect(stored).toHaveLength(EVENTS + 1);
    expect(stored.map(({ data }) => data.message)).toContain('wrong: [typed]');
    expect(
      leaks({ typed: canary }, { waiting, database: await rows.everything(), said, log: server.output() }),
    ).toEqual([]);
  });
});
