import pg from 'pg';
import { startOwnPostgres } from '../../server/testing/own_postgres.ts';
import { findPostgres } from '../../server/testing/postgres_cluster.ts';
import { processCpuMs } from '../../server/testing/process_cpu.ts';
import { poster } from '../harness/post.ts';
import { startServer } from '../harness/server.ts';
import type { Bench } from './bench.ts';
import { callsOfRun } from './calls.ts';
import { inFlight } from './in_flight.ts';
import { median, percentile, rounded } from './percentile.ts';

const ROUNDS = 5;
const BATCH = 500;
const BATCHES = 40;
/** Requests under way at any time. */
const WIDTH = 6;

/** What HTTP has stored, as the input of one statement, under another project's id and ids of its own. */
const RAW_ROWS = `
  select jsonb_agg(to_jsonb(c) - 'project_id' - 'latency_ms' - 'ingested_at' - 'ingested_xid'
    || jsonb_build_object('call_id', gen_random_uuid()))::text as rows
  from tool_calls c where run_id = any($1)`;

const RAW_INSERT = `
  insert into tool_calls (project_id, call_id, run_id, seq, event_uuid, tool_name, started_at, ended_at, success,
    error_msg, input_jsonb, output_jsonb, instance_id, session_id, tab_id, url_at_call, page_sig_id, elem_sig_id)
  select '00000000-0000-4000-8000-000000000000', i.* from jsonb_to_recordset($1::jsonb) as i(
    call_id uuid, run_id uuid, seq int, event_uuid uuid, tool_name text, started_at timestamptz, ended_at timestamptz,
    success boolean, error_msg text, input_jsonb jsonb, output_jsonb jsonb, instance_id text, session_id text,
    tab_id text, url_at_call text, page_sig_id bigint, elem_sig_id bigint)`;

/** Both in turns, on one database, with all indexes and durable commits; medians of the rounds. */
export const ingest: Bench = {
  name: 'ingest',
  measures: 'tool calls a second over HTTP in batches, against one direct insert of the same rows',
  async run() {
    const bin = findPostgres();
    if (!bin) throw new Error('ingest needs Postgres; set PG_BIN to the folder of its programs.');
    const postgres = await startOwnPostgres(bin, { shared_buffers: '512MB', max_wal_size: '4GB' });
    const server = await startServer({
      DATABASE_URL: postgres.url,
      LOG_LEVEL: 'warn',
      // As the README recommends under load, and as `npm start` does.
      NODE_OPTIONS: '--max-semi-space-size=64',
    });
    const owner = new pg.Client({ connectionString: postgres.superuserUrl });
    await owner.connect();
    try {
      const send = poster(server.url, server.secretKey);
      const http: number[] = [];
      const raw: number[] = [];
      const ms: number[] = [];
      const cpu = {
        client_us: [] as number[],
        server_us: [] as number[],
        postgres_us: [] as number[],
        raw_postgres_us: [] as number[],
      };
      const rows = BATCH * BATCHES;
      // The first round warms both up and is not counted.
      for (let round = 0; round <= ROUNDS; round++) {
        const counted = round > 0;
        const batches = Array.from({ length: BATCHES }, () => callsOfRun(BATCH));
        const bodies = batches.map(({ calls }) => Buffer.from(JSON.stringify({ items: calls })));
        await owner.query('checkpoint');
        const before = {
          client: process.cpuUsage(),
          server: processCpuMs(server.pid()),
          postgres: postgres.cpuMs(),
          at: performance.now(),
        };
        await inFlight(WIDTH, bodies, async (body) => {
          const answer = await send('/v1/ingest', body);
          if (answer.status !== 200 || !answer.body.startsWith(`{"accepted":${BATCH},`)) {
            throw new Error(`the server answered ${answer.status}: ${answer.body.slice(0, 500)}`);
          }
          if (counted) ms.push(answer.ms);
        });
        if (counted) {
          http.push((rows * 1000) / (performance.now() - before.at));
          const { user, system } = process.cpuUsage(before.client);
          cpu.client_us.push((user + system) / rows);
          cpu.server_us.push(((processCpuMs(server.pid()) - before.server) * 1000) / rows);
          cpu.postgres_us.push(((postgres.cpuMs() - before.postgres) * 1000) / rows);
        }

        const runs = batches.map(({ runId }) => runId);
        const { rows: stored } = await owner.query<{ rows: string }>(RAW_ROWS, [runs]);
        await owner.query('checkpoint');
        const start = { postgres: postgres.cpuMs(), at: performance.now() };
        const { rowCount } = await owner.query(RAW_INSERT, [stored[0]?.rows]);
        if (rowCount !== rows) throw new Error(`${rowCount} of ${rows} rows were stored`);
        if (counted) {
          raw.push((rows * 1000) / (performance.now() - start.at));
          cpu.raw_postgres_us.push(((postgres.cpuMs() - start.postgres) * 1000) / rows);
        }
      }
      return {
        http_rows_s: Math.round(median(http)),
        raw_rows_s: Math.round(median(raw)),
        ratio: rounded(median(http) / median(raw)),
        p99_ms: rounded(percentile(ms, 0.99), 1),
        rows: rows * ROUNDS,
        rounds: http.map((value, at) => [Math.round(value), Math.round(raw[at] ?? 0)]),
        cpu_us_per_row: Object.fromEntries(Object.entries(cpu).map(([name, each]) => [name, rounded(median(each), 1)])),
      };
    } finally {
      await owner.end();
      await server.kill('SIGTERM');
      await postgres.close();
    }
  },
};
