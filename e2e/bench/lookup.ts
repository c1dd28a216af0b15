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
import { median, percentile, rounded } from './percentile.ts';

const SIZES = [10_000, 1_000_000] as const;
const CONNECTIONS = [1, 10, 50] as const;
const ROUNDS = 5;
/** Rows in one statement while the data is made. */
const CHUNK = 50_000;
const REQUESTS = 2_000;
/** Pages that the cached lookups go around among. */
const CACHED_PAGES = 50;

type Send = ReturnType<typeof poster>;
type Ask = (n: number) => Promise<number>;

interface Percentiles {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

/** With the cache of the server off (every lookup another page), with it on, and against `select 1`: all in turns, medians of the rounds. */
export const lookup: Bench = {
  name: 'lookup',
  measures: 'hint lookups at 1, 10 and 50 connections with 10^4 and 10^6 page signatures, against a route of select 1',
  async run() {
    const bin = findPostgres();
    if (!bin) throw new Error('lookup needs Postgres; set PG_BIN to the folder of its programs.');
    const sites: Awaited<ReturnType<typeof openSite>>[] = [];
    try {
      for (const size of SIZES) sites.push(await openSite(bin, size));
      const asks = sites.flatMap(({ asks }) => asks);
      for (const [, ask] of asks) await measure(10, ask);

      const all = new Map<string, Percentiles[]>();
      for (let round = 0; round < ROUNDS; round++) {
        for (const connections of CONNECTIONS) {
          for (const [name, ask] of asks) {
            const key = `${name}_${connections}`;
            all.set(key, [...(all.get(key) ?? []), await measure(connections, ask)]);
          }
        }
      }
      const results = Object.fromEntries([...all].map(([key, rounds]) => [key, mediansOf(rounds)]));
      const p99 = (name: string) => results[`${name}_10`]?.p99 ?? Number.NaN;
      const [small, big] = SIZES;
      const uncached = p99(`${big}_uncached`);
      return {
        ...results,
        p99_ms: uncached,
        cached_p99_ms: p99(`${big}_cached`),
        select1_p99: p99(`${big}_select1`),
        ratio: rounded(uncached / p99(`${big}_select1`)),
        growth: rounded(uncached / p99(`${small}_uncached`)),
      };
    } finally {
      for (const { close } of sites) await close();
    }
  },
};

/** A Postgres of its own with that many page states, a server without cache, one with, and the route of `select 1`. */
async function openSite(bin: string, size: number) {
  const postgres = await startOwnPostgres(bin, { shared_buffers: '2GB', max_wal_size: '8GB', max_connections: '100' });
  // The young generation as `npm start` has it and the README recommends.
  const env = {
    DATABASE_URL: postgres.url,
    LOG_LEVEL: 'warn',
    RATE_LIMIT: '0',
    NODE_OPTIONS: '--max-semi-space-size=64',
  };
  const uncached = await startServer({ ...env, HINT_CACHE_MS: '0' });
  const cached = await startServer({ ...env, HINT_CACHE_MS: '60000' });
  const raw = runCommand('dist/tools/select_one.js', [], env);
  const close = async () => {
    raw.child.kill('SIGTERM');
    await Promise.all([uncached.kill('SIGTERM'), cached.kill('SIGTERM'), raw.ended]);
    await postgres.close();
  };
  try {
    await until('the select-1 server is ready', async () => /port \d+ key \S+/.test(raw.output()));
    const { project_id } = await uncached.api<{ project_id: string }>('/v1/project');
    await insertPagesOf(postgres.superuserUrl, project_id, size);
    const [, port, key = ''] = /port (\d+) key (\S+)/.exec(raw.output()) ?? [];
    const one = askSelectOne(poster(`http://127.0.0.1:${port}`, key));
    const any = askHint(poster(uncached.url, uncached.secretKey));
    const few = askHint(poster(cached.url, cached.publishableKey));
    const asks: [string, Ask][] = [
      [`${size}_select1`, one],
      [`${size}_uncached`, (n) => any(1 + ((n * 7919) % size))],
      [`${size}_cached`, (n) => few(1 + (n % CACHED_PAGES))],
    ];
    return { asks, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function insertPagesOf(url: string, projectId: string, size: number): Promise<void> {
  const owner = new pg.Client({ connectionString: url });
  await owner.connect();
  try {
    for (let stored = 0; stored < size; stored += CHUNK) {
      await owner.query(insertPages, [stored + 1, Math.min(stored + CHUNK, size), projectId]);
    }
    await owner.query('vacuum analyze');
    await owner.query('checkpoint');
  } finally {
    await owner.end();
  }
}

const mediansOf = (rounds: readonly Percentiles[]): Percentiles => ({
  p50: median(rounds.map(({ p50 }) => p50)),
  p95: median(rounds.map(({ p95 }) => p95)),
  p99: median(rounds.map(({ p99 }) => p99)),
});

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
  // What the cache holds is at hand, and the connections are open.
  await inFlight(connections, numbers.slice(0, CACHED_PAGES), async (n) => {
    await ask(n);
  });
  await inFlight(connections, numbers, async (n) => {
    ms.push(await ask(n));
  });
  return { p50: rounded(percentile(ms, 0.5)), p95: rounded(percentile(ms, 0.95)), p99: rounded(percentile(ms, 0.99)) };
}
