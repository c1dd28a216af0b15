import { expect, test } from 'vitest';
import { createMemoryCache } from '../cache/memory.ts';
import { describeDatabases } from '../testing/databases.ts';
import { aCall, aPage } from '../testing/items.ts';
import { testApp } from '../testing/test_app.ts';
import { createRegistry } from './registry.ts';

test('the registry speaks the text format of Prometheus', () => {
  const { counter, histogram, gauge, text } = createRegistry();
  const count = counter('things_total', 'Things.');
  const time = histogram('time_seconds', 'Time.', [0.1, 1]);
  gauge('level', 'Level.', () => [{ labels: {}, value: 7 }]);
  count({ kind: 'a"\\\n' });
  count({ kind: 'b' }, 2);
  for (const value of [0.05, 0.1, 0.5, 3]) time({ route: '/' }, value);
  expect(text()).toBe(`# HELP things_total Things.
# TYPE things_total counter
things_total{kind="a\\"\\\\\\n"} 1
things_total{kind="b"} 2
# HELP time_seconds Time.
# TYPE time_seconds histogram
time_seconds_bucket{route="/",le="0.1"} 2
time_seconds_bucket{route="/",le="1"} 3
time_seconds_bucket{route="/",le="+Inf"} 4
time_seconds_sum{route="/"} 3.65
time_seconds_count{route="/"} 4
# HELP level Level.
# TYPE level gauge
level 7
`);
});

describeDatabases('/metrics', (db) => {
  test('tells what was done, by route, outcome and code', async () => {
    const cache = createMemoryCache({ ttlMs: 1000, maxEntries: 10, clock: () => 0 });
    const t = await testApp(db(), { cache });
    const outcome = {
      kind: 'event',
      context: {},
      name: 'hint.outcome',
      event_uuid: crypto.randomUUID(),
      occurred_at: '2026-06-15T11:00:00Z',
      data: { hint_id: '1', outcome: 'not_found' },
    };
    const call = aCall({ page_signature: aPage('counted') });
    await t.send('POST', '/v1/ingest', { items: [call, call, outcome, { kind: 'run' }] });
    await t.send('POST', '/v1/ingest', '{');
    for (let i = 0; i < 2; i++) await t.send('POST', '/hints/lookup', { url: 'https://shop.example/counted' });
    await t.send('POST', '/internal/jobs/partitions');
    await t.send('GET', '/v1/runs/018f0000-0000-7000-8000-000000000000');
    await t.send('GET', '/no/such/path');

    const { status, headers, body } = await t.send('GET', '/metrics');
    expect([status, headers.get('content-type')]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8']);
    for (const line of [
      'laskobot_ingest_items_total{outcome="accepted"} 2',
      'laskobot_ingest_items_total{outcome="duplicate"} 1',
      'laskobot_ingest_items_total{outcome="rejected",code="invalid_type"} 1',
      'laskobot_refused_requests_total{code="invalid_json"} 1',
      'laskobot_hint_outcomes_total{outcome="not_found"} 1',
      'laskobot_hint_lookups_total{result="miss",page_match="url",cache="none"} 1',
      'laskobot_hint_lookups_total{result="miss",page_match="url",cache="memory"} 1',
      'laskobot_http_request_duration_seconds_count{route="/v1/ingest",method="POST",status="200"} 1',
      'laskobot_http_request_duration_seconds_count{route="/v1/ingest",method="POST",status="400"} 1',
      'laskobot_http_request_duration_seconds_count{route="/v1/runs/:run_id",method="GET",status="404"} 1',
      'laskobot_http_request_duration_seconds_count{route="none",method="GET",status="404"} 1',
      'laskobot_job_duration_seconds_count{job="partitions",outcome="succeeded"} 1',
      'laskobot_cache_entries{layer="memory"} 1',
    ])
      expect(body).toContain(`${line}\n`);
    if (db().connections) expect(body).toMatch(/laskobot_db_connections\{state="total"\} [1-4]\n/);
  });

  test('opens with a secret key, or only with the token where there is one', async () => {
    const t = await testApp(db());
    const statusFor = async (key: string | null) => (await t.send('GET', '/metrics', undefined, key)).status;
    expect([await statusFor(t.secret), await statusFor(t.publishable), await statusFor(null)]).toEqual([200, 403, 401]);
    const guarded = await testApp(db(), { metricsToken: 'prometheus' });
    const guardedFor = async (key: string | null) => (await guarded.send('GET', '/metrics', undefined, key)).status;
    expect([await guardedFor('prometheus'), await guardedFor(guarded.secret), await guardedFor(null)]).toEqual([
      200, 401, 401,
    ]);
  });

  test('each request is one line of the log, without what was sent', async () => {
    const t = await testApp(db());
    const { headers } = await t.send('POST', '/hints/lookup?q=hidden', { url: 'https://hidden.example/' });
    const lines = t.logged.filter((line) => line.includes('"event":"request"'));
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '')).toEqual({
      time: expect.any(String),
      level: 'info',
      event: 'request',
      request_id: headers.get('x-request-id'),
      method: 'POST',
      route: '/hints/lookup',
      status: 200,
      ms: expect.any(Number),
    });
    await t.send('GET', '/healthz');
    expect(JSON.parse(t.logged.at(-1) ?? '')).toMatchObject({ level: 'debug', route: '/healthz' });
  });
});
