import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { startOwnPostgres } from '../../server/testing/own_postgres.ts';
import { findPostgres } from '../../server/testing/postgres_cluster.ts';
import { decodeJournal } from '../../shared/client/file/record.ts';
import { openRows } from '../harness/rows.ts';
import { startServer } from '../harness/server.ts';
import { until } from '../harness/wait.ts';
import { startWeather, WEATHERS, type Weather } from '../harness/weather.ts';
import type { Bench } from './bench.ts';
import { startEchoCaller } from './echo_caller.ts';
import { median, percentile, rounded } from './percentile.ts';

const PROXY = [process.execPath, resolve('dist/server/cli.js'), 'mcp'];
const EVERYTHING = [process.execPath, resolve('node_modules/@modelcontextprotocol/server-everything/dist/index.js')];
const MODES = ['record-only', 'advise'] as const;
/** Calls in a row to one of both, in turns: what a call leaves to be done is paid by the next. */
const BLOCK = 40;
const BLOCKS = 10;
const WARM_UP = 200;
/** Of what is echoed in the long calls: a page's snapshot. */
const LONG_CHARS = 50_000;
/** Longest wait until all is delivered after the server came back, in ms: the backoff of the last try may be that long. */
const DELIVERED_MS = 120_000;

interface Condition {
  readonly name: string;
  readonly mode: (typeof MODES)[number];
  readonly weather: Weather;
  readonly chars?: number;
}

const CONDITIONS: readonly Condition[] = [
  ...MODES.flatMap((mode) => WEATHERS.map((weather) => ({ name: `${mode} ${weather}`, mode, weather }))),
  { name: 'record-only long', mode: 'record-only', weather: 'healthy', chars: LONG_CHARS },
];

/** Back to back, in turns with the same server alone. Throws where a call was neither on disk nor stored once in the end. */
export const mcp: Bench = {
  name: 'mcp',
  measures: 'what the proxy adds to echo calls, with the server behind it healthy, down, hanging, slow and failing',
  async run() {
    const bin = findPostgres();
    if (!bin) throw new Error('mcp needs Postgres; set PG_BIN to the folder of its programs.');
    const postgres = await startOwnPostgres(bin);
    const server = await startServer({ DATABASE_URL: postgres.url, LOG_LEVEL: 'warn' });
    const weather = await startWeather(server.url);
    const rows = await openRows(postgres.superuserUrl);
    const folder = await mkdtemp(join(tmpdir(), 'laskobot-bench-mcp-'));
    const direct = await startEchoCaller(EVERYTHING);
    const outboxOf = ({ name }: Condition): string => join(folder, name.replaceAll(' ', '-'));
    const proxied = (condition: Condition) =>
      startEchoCaller([...PROXY, '--mode', condition.mode, '--', ...EVERYTHING], {
        LASKOBOT_KEY: server.secretKey,
        LASKOBOT_SERVER_URL: weather.url,
        LASKOBOT_OUTBOX: outboxOf(condition),
      });
    try {
      const fields: Record<string, unknown> = {};
      const added: number[] = [];
      const said = new Set<string>();
      for (const condition of CONDITIONS) {
        await weather.set(condition.weather);
        const caller = await proxied(condition);
        const mine: string[] = [];
        const echo = (n: number): Promise<number> => {
          const message = messageOf(condition, n);
          mine.push(message);
          return caller.echo(message);
        };
        for (let n = 0; n < WARM_UP; n += 1) {
          await direct.echo(messageOf(condition, n));
          await echo(n);
        }
        const alone: number[] = [];
        const behind: number[] = [];
        for (let block = 0; block < BLOCKS; block += 1) {
          const numbers = Array.from({ length: BLOCK }, (_, at) => WARM_UP + block * BLOCK + at);
          for (const n of numbers) alone.push(await direct.echo(messageOf(condition, n)));
          for (const n of numbers) behind.push(await echo(n));
        }
        if (condition.weather !== 'healthy' && condition.weather !== 'slow')
          await until(`all calls are on disk, ${condition.name}`, async () => {
            const kept = await keptIn(outboxOf(condition));
            return mine.every((message) => kept.has(begin(message)));
          });
        await caller.close();
        for (const message of mine) said.add(begin(message));
        const addedP50 = median(behind) - median(alone);
        added.push(addedP50);
        fields[condition.name] = {
          direct_p50: rounded(median(alone), 3),
          proxied_p50: rounded(median(behind), 3),
          added_p50: rounded(addedP50, 3),
          direct_p95: rounded(percentile(alone, 0.95), 3),
          proxied_p95: rounded(percentile(behind, 0.95), 3),
          added_p95: rounded(percentile(behind, 0.95) - percentile(alone, 0.95), 3),
        };
      }

      await weather.set('healthy');
      const later = await Promise.all(CONDITIONS.map(proxied));
      let stored = new Map<string, number>();
      await until(
        'all calls are stored',
        async () => {
          const found = await rows.rows<{ message: string; times: number }>(
            `select left(input_jsonb->>'message', 60) as message, count(*)::int as times from tool_calls group by 1`,
          );
          stored = new Map(found.map(({ message, times }) => [message, times]));
          return [...said].every((message) => stored.has(message));
        },
        DELIVERED_MS,
      ).catch(() => undefined);
      await Promise.all(later.map((caller) => caller.close()));
      const lost = [...said].filter((message) => !stored.has(message));
      const twice = [...stored.values()].filter((times) => times > 1).length;
      if (lost.length > 0 || twice > 0)
        throw new Error(`lost ${lost.length} (${lost.slice(0, 3).join('; ')}), stored twice ${twice}`);
      return { ...fields, added_p50: rounded(Math.max(...added.slice(0, -1)), 3), calls: said.size, lost: 0, twice };
    } finally {
      await direct.close();
      await rows.close();
      await weather.close();
      await server.kill('SIGTERM');
      await postgres.close();
      await rm(folder, { recursive: true, force: true });
      await rm(server.dataDir, { recursive: true, force: true });
    }
  },
};

const messageOf = ({ name, chars = 0 }: Condition, n: number): string => {
  const head = `${name} number ${n} says`;
  return head + ' a word of a page'.repeat(Math.ceil(Math.max(0, chars - head.length) / 17));
};
/** What tells one from another, however much of it is kept. */
const begin = (message: string): string => message.slice(0, 60);

/** The calls that stand in the journals of an outbox. */
async function keptIn(dir: string): Promise<ReadonlySet<string>> {
  const kept = new Set<string>();
  for (const name of await readdir(dir)) {
    if (!name.endsWith('.jsonl')) continue;
    for (const record of decodeJournal(await readFile(join(dir, name))).records) {
      if (record.step !== 'enqueue' && record.step !== 'kept') continue;
      const { item } = record.entry;
      if (item.kind === 'tool_call')
        kept.add(begin(String((item.input_json as { message?: string } | undefined)?.message)));
    }
  }
  return kept;
}
