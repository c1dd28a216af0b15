import pg from 'pg';
import { startOwnPostgres } from '../../server/testing/own_postgres.ts';
import { findPostgres } from '../../server/testing/postgres_cluster.ts';
import { runCommand } from '../../server/testing/server_process.ts';
import { poster } from '../harness/post.ts';
import { startServer } from '../harness/server.ts';
import { until } from '../harness/wait.ts';
import type { Bench } from './bench.ts';
import { inFlight } from './in_flight.ts';
import insertPages from './lookup_data.sql?raw';
import { percentile, rounded } from './percentile.ts';

const SIZES = [10_000, 1_000_000] as const;
const CONNECTIONS = [1, 10, 50] as const;
/** Rows in one statement while the data is made. */
const CHUNK = 50_000;
const REQUESTS = 6_000;
/** Pages that the cached lookups go around among. */
const CACHED_PAGES = 50;

type Send = ReturnType<typeof poster>;
type Ask = (n: number) => Promise<number>;

interface Percentiles {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

/** With the cache of the server off (every lookup another page), with it on, and against `select 1`, in turns. */
export const lookup: Bench = {
  name: 'lookup',
  measures: 'hint lookups at 1, 10 and 50 connections with 10^4 and 10^6 page signatures, against a route of select 1',
  async run() {
    const bin = findPostgres();
    if (!bin) throw new Error('lookup needs Postgres; set PG_BIN to the folder of its programs.');
    const postgres = await startOwnPostgres(bin, { shared_buffers: '2GB', max_wal_size: '8GB', max_connections: '50' });
    const env = { DATABASE_URL: postgres.url, LOG_LEVEL: 'warn', RATE_LIMIT: '0' };
    const server = await startServer(env);
    const raw = runCommand('dist/tools/select_one.js', [], env);
    const owner = new pg.Client({ connectionString: postgres.superuserUrl });
    await owner.connect();
    try {
      await until('the select-1 server is ready', async () => /port \d+ key \S+/.test(raw.output()));
      const [, port, key = ''] = /port (\d+) key (\S+)/.exec(raw.output()) ?? [];
      const one = askSelectOne(poster(`http://127.0.0.1:${port}`, key));
      const hint = askHint(poster(server.url, server.secretKey));
      const { project_id } = await server.api<{ project_id: string }>('/v1/project');

      const results: Record<string, Record<string, Percentiles>> = {};
      let stored = 0;
      for (const size of SIZES) {
        for (; stored < size; stored += Math.min(CHUNK, size - stored)) {
          await owner.query(insertPages, [stored + 1, Math.min(stored + CHUNK, size), project_id]);
        }
        await owner.query('vacuum analyze');
        await owner.query('checkpoint');
        const of: Record<string, Percentiles> = {};
        const any = (n: number) => hint(1 + ((n * 7919) % size));
        const few = (n: number) => hint(1 + (n % CACHED_PAGES));
        for (const [name, ask, cacheMs] of [
          ['uncached', any, '0'],
          ['cached', few, '60000'],
        ] as const) {
          await server.kill('SIGTERM');
          await server.restart({ HINT_CACHE_MS: cacheMs });
          for (const warmUp of [one, ask]) await measure(10, warmUp);
          for (const connections of CONNECTIONS) {
            of[`select1_${connections}`] ??= await measure(connections, one);
            of[`${name}_${connections}`] = await measure(connections, ask);
          }
        }
        results[`pages_${size}`] = of;
      }
      const at = (size: number, name: string) => results[`pages_${size}`]?.[`${name}_10`]?.p99 ?? Number.NaN;
      return {
        ...results,
        p99_ms: at(SIZES[1], 'uncached'),
        cached_p99_ms: at(SIZES[1], 'cached'),
        select1_p99: at(SIZES[1], 'select1'),
        ratio: rounded(at(SIZES[1], 'uncached') / at(SIZES[1], 'select1')),
        growth: rounded(at(SIZES[1], 'uncached') / at(SIZES[0], 'uncached')),
      };
    } finally {
      await owner.end();
      raw.child.kill('SIGTERM');
      await Promise.all([server.kill('SIGTERM'), raw.ended]);
      await postgres.close();
    }
  },
};

/** Asks for the hint of the page of that number; answers the time in ms. Throws where the hint is not the page's. */
const askHint =
  (send: Send): Ask =>
  async (n) => {
    const url = `https://site${n % 1000}.example/page-${n}`;
    const { status, body, ms } = await send(
      '/hints/lookup',
      JSON.stringify({ url: `${url}?from=bench`, dom_top_signature: n.toString(16).padStart(16, '0') }),
    );
    const answer = JSON.parse(body);
    if (status !== 200 || answer.element_hints[0]?.page.url_norm !== url || answer.page_match !== 'exact') {
      throw new Error(`for page ${n} the server answered ${status}: ${body.slice(0, 500)}`);
    }
    return ms;
  };

const askSelectOne =
  (send: Send): Ask =>
  async () => {
    const { status, body, ms } = await send('/select-1', JSON.stringify({ url: 'https://site1.example/page' }));
    if (status !== 200 || JSON.parse(body)[0].one !== 1) throw new Error(`select 1 answered ${status}: ${body}`);
    return ms;
  };

async function measure(connections: number, ask: Ask): Promise<Percentiles> {
  const ms: number[] = [];
  const numbers = Array.from({ length: REQUESTS }, (_, n) => n);
  await inFlight(connections, numbers, async (n) => {
    ms.push(await ask(n));
  });
  return { p50: rounded(percentile(ms, 0.5)), p95: rounded(percentile(ms, 0.95)), p99: rounded(percentile(ms, 0.99)) };
}
