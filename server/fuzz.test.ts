import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ARTIFACT_TYPES } from '../shared/protocol/schema.ts';
import type { Db } from './db/db.ts';
import { migrate } from './db/migrate.ts';
import { listen } from './entry/listen.ts';
import type { Listening } from './entry/start.ts';
import { createDatabase, describePostgres, openTestPostgres } from './testing/databases.ts';
import { aCall, anElement, aPage } from './testing/items.ts';
import { createProject, type TestApp, testApp } from './testing/test_app.ts';

/** Another seed: FUZZ_SEED=… npx vitest run server/fuzz.test.ts */
const SEED = Number(process.env.FUZZ_SEED ?? Math.floor(Math.random() * 2 ** 31));
const REQUESTS = 20_000;
const OVER_HTTP = 500;

interface Hostile {
  readonly method: string;
  readonly path: string;
  readonly key: 'secret' | 'publishable' | 'none' | 'broken';
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array<ArrayBuffer>;
}

/** Ids of another project, which every part of a request may name. */
const VICTIM = '0199a000-dead-7000-8000-000000000001';

const nasty = fc.constantFrom(
  '',
  '\0',
  '\ud800',
  '../../etc/passwd',
  `dom/${VICTIM}/dom/${'a'.repeat(64)}.html`,
  "'; drop table tool_calls; --",
  '__proto__',
  'constructor',
  'x'.repeat(5000),
  '1e400',
  '2026-02-31T00:00:00Z',
  '9999-12-31T23:59:59+23:59',
  '%00%2e%2e%2f',
  'javascript:alert(1)',
  VICTIM,
  '\u202e\ufeff\u{1f4a9}',
);
const value: fc.Arbitrary<unknown> = fc.oneof(
  { depthSize: 'small' },
  nasty,
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom(null, true, -1, 0, 2 ** 31, 2 ** 53, 1e308, -0, [], {}, [[[[]]]], { length: 1 }),
  fc.string({ unit: 'binary', maxLength: 30 }),
);

/** A good item of which some fields were replaced, removed or added, at any depth. */
const item = fc
  .tuple(
    fc.constantFrom(
      () => aCall({ page_signature: aPage('fuzz'), element_signatures: [anElement()], input_json: { a: [1] } }),
      () => aCall({ context: { session_id: 's', instance_id: 'i', tab_id: 1, url: 'https://x.example/?a=b' } }),
      () => ({
        kind: 'event',
        name: 'x',
        event_uuid: crypto.randomUUID(),
        occurred_at: '2026-06-15T11:00:00Z',
        context: {},
      }),
      () => ({ kind: 'run', run_id: VICTIM, status: 'running', started_at: '2026-06-15T11:00:00Z' }),
      () => ({ kind: 'session', session_id: 's', started_at: '2026-06-15T11:00:00Z' }),
      () => ({ kind: 'tab', tab_id: 1, instance_id: 'i' }),
    ),
    fc.array(fc.tuple(fc.nat(), fc.oneof(fc.constant(undefined), value)), { maxLength: 3 }),
    fc.option(fc.tuple(nasty, value)),
  )
  .map(([make, changes, extra]) => {
    const made = structuredClone(make()) as Record<string, unknown>;
    for (const [at, changed] of changes) change(made, at, changed);
    if (extra) made[extra[0]] = structuredClone(extra[1]);
    return made;
  });

function change(root: Record<string, unknown>, at: number, changed: unknown): void {
  const places: [Record<string, unknown>, string][] = [];
  const walk = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    for (const [key, child] of Object.entries(node)) {
      places.push([node as Record<string, unknown>, key]);
      walk(child);
    }
  };
  walk(root);
  const place = places[at % places.length];
  if (!place) return;
  if (changed === undefined) delete place[0][place[1]];
  // A copy: a value that is there twice could be put into itself.
  else place[0][place[1]] = structuredClone(changed);
}

const json = (of: fc.Arbitrary<unknown>): fc.Arbitrary<string> => of.map((made) => JSON.stringify(made) ?? '');
const artifact = fc.record(
  {
    type: fc.oneof(fc.constantFrom(...ARTIFACT_TYPES), nasty),
    content_hash: fc.oneof(fc.constant('a'.repeat(64)), nasty),
    size: fc.oneof(fc.nat(), value),
    ext: fc.oneof(fc.constantFrom('html', 'png'), nasty),
  },
  { requiredKeys: [] },
);
const lookup = fc.record(
  {
    url: fc.oneof(fc.constant('https://shop.example/fuzz'), nasty),
    title: nasty,
    dom_top_signature: fc.oneof(fc.constant('00000000000000aa'), nasty),
    dom_simhash: fc.oneof(fc.constant('00000000000000ff'), nasty),
    candidate_elements: fc.array(fc.dictionary(fc.constantFrom('role', 'selector_norm', 'text_hash'), nasty), {
      maxLength: 3,
    }),
    trace: fc.constantFrom(true, 'yes', 1),
  },
  { requiredKeys: [] },
);
const junk: fc.Arbitrary<string | Uint8Array<ArrayBuffer>> = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.uint8Array({ maxLength: 200 }).map((bytes) => new Uint8Array(bytes)),
  json(value),
  fc.constantFrom(
    '[',
    '{"items":',
    '[{"items":[]}]',
    '{"items":{}}',
    `"${'x'.repeat(5_000_000)}"`,
    '['.repeat(100_000),
  ),
);
const request = (method: string, path: fc.Arbitrary<string>, body: fc.Arbitrary<string | Uint8Array<ArrayBuffer>>) =>
  fc.record<Hostile>({
    method: fc.constant(method),
    path,
    body,
    key: fc.constantFrom('secret', 'secret', 'publishable', 'publishable', 'none', 'broken'),
    headers: fc.oneof(
      { weight: 6, arbitrary: fc.constant({}) },
      {
        weight: 1,
        arbitrary: fc.constantFrom(
          { 'content-encoding': 'gzip' },
          { 'content-encoding': 'br' },
          { 'x-request-id': 'a b' },
        ),
      },
    ),
  });
const segment = nasty.map(encodeSafely);
const hostile: fc.Arbitrary<Hostile> = fc.oneof(
  {
    weight: 8,
    arbitrary: request('POST', fc.constant('/v1/ingest'), json(fc.record({ items: fc.array(item, { maxLength: 3 }) }))),
  },
  {
    weight: 2,
    arbitrary: request(
      'POST',
      fc.constant('/internal/ingest/tool_call'),
      json(fc.oneof(item, fc.array(item, { maxLength: 2 }))),
    ),
  },
  { weight: 3, arbitrary: request('POST', fc.constant('/hints/lookup'), json(lookup)) },
  {
    weight: 2,
    arbitrary: request(
      'POST',
      fc.constant('/v1/artifacts/sign'),
      json(fc.record({ artifacts: fc.array(artifact, { maxLength: 2 }) })),
    ),
  },
  {
    weight: 1,
    arbitrary: request(
      'POST',
      fc.constantFrom('/v1/ingest', '/hints/lookup', '/v1/artifacts/sign', '/internal/ingest/tool_call'),
      junk,
    ),
  },
  {
    weight: 1,
    arbitrary: request(
      'GET',
      segment.map((each) => `/v1/runs/${each}`),
      fc.constant(''),
    ),
  },
  {
    weight: 1,
    arbitrary: request(
      'POST',
      segment.map((each) => `/internal/jobs/${each}`),
      fc.constant(''),
    ),
  },
  {
    weight: 1,
    arbitrary: request(
      'PUT',
      segment.map((each) => `/storage/v1/object/upload/sign/dom/${each}?token=${each}`),
      junk,
    ),
  },
  {
    weight: 1,
    arbitrary: request(
      'POST',
      segment.map((each) => `/storage/v1/object/list/${each}`),
      junk,
    ),
  },
  {
    weight: 1,
    arbitrary: request(
      'GET',
      segment.map((each) => `/storage/v1/object/dom/${VICTIM}/${each}`),
      fc.constant(''),
    ),
  },
);

function encodeSafely(text: string): string {
  return encodeURIComponent(text.toWellFormed()).slice(0, 2000) || 'x';
}

describePostgres('hostile requests', (bin) => {
  let db: Db;
  let t: TestApp;
  let victim: { projectId: string; secret: string };
  let server: Listening;
  let before: unknown;
  const fingerprint = () =>
    db.tx({ projectId: victim.projectId }, (tx) =>
      tx.query(`select md5(string_agg(row, '' order by row)) as hash, count(*)::int as rows from (
        select t::text as row from tool_calls t union all select t::text from runs t union all select t::text from events t
        union all select t::text from sessions t union all select t::text from page_signatures t) all_rows`),
    );
  beforeAll(async () => {
    db = openTestPostgres((await createDatabase(bin)).url);
    await migrate(db);
    t = await testApp(db);
    victim = await createProject(db);
    const secrets = {
      input_json: { secret: 'victims-own' },
      page_signature: aPage('fuzz'),
      element_signatures: [anElement()],
    };
    const call = aCall({
      ...secrets,
      success: true,
      context: { run_id: VICTIM, session_id: 's', instance_id: 'i', tab_id: 1 },
    });
    expect((await t.send('POST', '/v1/ingest', { items: [call] }, victim.secret)).body.accepted).toBe(1);
    before = await fingerprint();
    server = await listen(t.app.fetch, '127.0.0.1', 0);
    console.log(`hostile requests: FUZZ_SEED=${SEED}`);
  });
  afterAll(async () => {
    await server.close();
    await db.close();
  });

  const run = async (count: number, fetch: (path: string, init: RequestInit) => Promise<Response>) => {
    const keys = { secret: t.secret, publishable: t.publishable, broken: `lb_secret_${'x'.repeat(43)}` };
    const statuses = new Map<number, number>();
    const send = async ({ method, path, key, headers, body }: Hostile) => {
      const auth = key === 'none' ? {} : { authorization: `Bearer ${keys[key]}` };
      const response = await fetch(path, {
        method,
        headers: { ...headers, ...auth },
        ...(method === 'GET' ? {} : { body }),
      });
      const text = await response.text();
      if (response.status >= 500) throw new Error(`${response.status} ${text}`);
      if (text.includes('victims-own') || (text.includes(victim.projectId) && !path.includes(victim.projectId)))
        throw new Error(`another project's row: ${text.slice(0, 300)}`);
      statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1);
    };
    await fc.assert(
      fc.asyncProperty(fc.array(hostile, { minLength: 20, maxLength: 20 }), async (requests) => {
        await Promise.all(requests.map(send));
      }),
      { seed: SEED, numRuns: count / 20, endOnFailure: true },
    );
    return statuses;
  };

  test('twenty thousand, in process: no 5xx, and no row of another project', { timeout: 600_000 }, async () => {
    const statuses = await run(REQUESTS, async (path, init) => t.app.request(path, init));
    expect([...statuses.values()].reduce((sum, each) => sum + each, 0)).toBeGreaterThanOrEqual(REQUESTS);
    // Some got through, so the rest was looked at.
    for (const status of [200, 400, 401, 403, 404])
      expect([status, statuses.get(status)]).not.toEqual([status, undefined]);
    expect(t.logged.filter((line) => /request.failed|refused_by_database/.test(line))).toEqual([]);
    expect(await fingerprint()).toEqual(before);
  });

  test('a sample over HTTP', { timeout: 60_000 }, async () => {
    await run(OVER_HTTP, (path, init) => fetch(`http://127.0.0.1:${server.port}${path}`, init));
    expect(await fingerprint()).toEqual(before);
    expect((await fetch(`http://127.0.0.1:${server.port}/readyz`)).status).toBe(200);
  });
});
