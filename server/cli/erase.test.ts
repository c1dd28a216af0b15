import { rm } from 'node:fs/promises';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createRedisCache } from '../cache/redis.ts';
import { openRedis, type RedisLink } from '../cache/redis_link.ts';
import type { Db } from '../db/db.ts';
import { openHintCache } from '../entry/open_hint_cache.ts';
import { createDatabase, describePostgres, openTestPostgres, SILENT } from '../testing/databases.ts';
import { aCall, anElement, aPage } from '../testing/items.ts';
import { freePort } from '../testing/postgres_cluster.ts';
import { describeRedis, type RedisServer, startRedis } from '../testing/redis.ts';
import { emptyDir } from '../testing/server_process.ts';
import { type TestApp, testApp } from '../testing/test_app.ts';
import { runCli } from './run_cli.ts';

const MEMORY_MS = 3_000;

describePostgres('erase from the command line', (bin) => {
  describeRedis('with servers that share a Redis', (program) => {
    let dir: string;
    let db: Db;
    let env: Record<string, string>;
    let port: number;
    let redis: RedisServer;
    let now: number;
    let links: RedisLink[];
    let said: string[];
    beforeEach(async () => {
      dir = await emptyDir();
      port = await freePort();
      redis = await startRedis(program, port);
      const DATABASE_URL = (await createDatabase(bin)).url;
      env = { DATABASE_URL, REDIS_URL: `redis://127.0.0.1:${port}`, DATA_DIR: dir, LOG_LEVEL: 'silent' };
      now = 0;
      links = [];
      said = [];
      for (const method of ['log', 'error'] as const)
        vi.spyOn(console, method).mockImplementation((line: string) => said.push(line));
      expect(await runCli(['migrate'], env)).toBe(0);
      db = openTestPostgres(DATABASE_URL);
    });
    afterEach(async () => {
      vi.restoreAllMocks();
      await Promise.all(links.map((link) => link.close()));
      await db.close();
      await redis.kill('SIGKILL');
      await rm(dir, { recursive: true });
    });

    /** A server; of the same project where one is given. */
    async function instance(project?: TestApp): Promise<TestApp> {
      // A busy machine may stall longer than a server would wait.
      const link = openRedis(env.REDIS_URL ?? '', SILENT, () => performance.now(), 2_000);
      links.push(link);
      await until(() => link.up);
      const cache = openHintCache({ hintCacheMs: MEMORY_MS }, createRedisCache(link), () => now);
      const app = await testApp(db, { cache });
      return project ? { ...app, send: (method, path, body) => app.send(method, path, body, project.secret) } : app;
    }
    const nameOf = async ({ projectId }: TestApp): Promise<string> => {
      const rows = await db.tx('admin', (tx) =>
        tx.query<{ name: string }>('select name from projects where project_id = $1', [projectId]),
      );
      return rows[0]?.name ?? '';
    };
    /** Which layer answered, and how many hints there were. */
    const lookup = async (t: TestApp): Promise<[string | null, number]> => {
      const question = { url: 'https://shop.example/erased', dom_top_signature: '00000000000000aa', trace: true };
      const { body } = await t.send('POST', '/hints/lookup', question);
      const step = body.trace.find((each: { step: string }) => each.step === 'cache');
      return [step.detail.hit, body.element_hints.length];
    };
    /** Two servers, and a hint that the second has from Redis. */
    async function served(): Promise<[TestApp, TestApp]> {
      const a = await instance();
      const b = await instance(a);
      const item = aCall({ success: true, page_signature: aPage('erased'), element_signatures: [anElement()] });
      expect((await a.send('POST', '/v1/ingest', { items: [item] })).body.accepted).toBe(1);
      // Transactions of other tests on the same cluster may keep the job's bound back.
      for (let written = 0; written === 0; )
        written = (await a.send('POST', '/internal/jobs/aggregate')).body.detail.hints_written;
      await lookup(a);
      await until(async () => {
        now += MEMORY_MS;
        return (await lookup(b))[0] === 'redis';
      });
      expect(await lookup(b)).toEqual(['memory', 1]);
      return [a, b];
    }

    test('no server serves an erased hint any more, but for the seconds that it remembers it itself', async () => {
      const [a, b] = await served();
      expect(await runCli(['erase', '--domain', 'shop.example', '--project', await nameOf(a)], env)).toBe(0);
      expect(JSON.parse(said.at(-1) ?? '')).toMatchObject({ status: 'finished', rows: { hints: 1 } });
      expect(await links[0]?.ask((client) => client.keys(`hint:${a.projectId}:*`))).toEqual([]);
      now += MEMORY_MS;
      for (const t of [a, b]) expect(await lookup(t)).toEqual([null, 0]);
    });

    test('of a project that is deleted Redis holds nothing, and its keys are gone', async () => {
      const [a] = await served();
      const other = await instance();
      await lookup(other);
      const name = 'to go';
      await db.tx('admin', (tx) =>
        tx.query('update projects set name = $2 where project_id = $1', [a.projectId, name]),
      );
      expect(await runCli(['projects', 'delete', name], env)).toBe(2);
      expect(JSON.parse(said.at(-2) ?? '')).toMatchObject({ deleted: false, name, rows: { api_keys: 2, hints: 1 } });
      expect(said.at(-1)).toContain('--yes');
      const keys = () => links[0]?.ask((client) => client.keys(`hint*:${a.projectId}:*`));
      expect(await keys()).toHaveLength(2);
      expect((await a.send('GET', '/v1/project')).status).toBe(200);

      expect(await runCli(['projects', 'delete', name, '--yes'], env)).toBe(0);
      expect(JSON.parse(said.at(-1) ?? '')).toMatchObject({
        deleted: true,
        project_id: a.projectId,
        rows: { api_keys: 2, hints: 1, projects: 1 },
      });
      expect(await keys()).toEqual([]);
      expect((await (await instance()).send('GET', '/v1/project', undefined, a.secret)).status).toBe(401);
      expect((await other.send('GET', '/v1/project')).status).toBe(200);
      expect(await runCli(['projects', 'delete', name], env)).toBe(2);
      expect(said.at(-1)).toContain('there is no project');
      expect(await runCli(['jobs', 'history', 'delete_project'], env)).toBe(0);
      expect(said.at(-1)).toContain('"hints":1');
    });

    test('while Redis is away it is not finished, says so, and goes on when it is back', async () => {
      const [a, b] = await served();
      await redis.kill('SIGSTOP');
      const args = ['erase', '--domain', 'shop.example', '--project', await nameOf(a)];
      expect(await runCli(args, env)).toBe(1);
      expect(said.at(-1)).toContain('erase is not finished');
      await redis.kill('SIGCONT');
      // Nothing else told it: that hint is there still.
      await until(async () => {
        now += MEMORY_MS;
        return (await lookup(b))[0] === 'redis';
      });
      expect(await runCli(['jobs', 'run', 'erase'], env)).toBe(0);
      now += MEMORY_MS;
      expect(await lookup(b)).toEqual([null, 0]);
      const open = await db.tx('admin', (tx) => tx.query('select from erase_requests where finished_at is null'));
      expect(open).toEqual([]);
    });
  });
});

async function until(done: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; !(await done()); tries++) {
    if (tries > 400) throw new Error('it never came to that');
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
