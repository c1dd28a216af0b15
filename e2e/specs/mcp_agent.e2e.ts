import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Mode } from '../../server/agents/mcp/options.ts';
import { serveShop } from '../../server/agents/understand/testing/shop.ts';
import { createDatabase } from '../../server/testing/databases.ts';
import { collectSpans } from '../../server/testing/span_collector.ts';
import { chromiumPath } from '../../shared/testing/chromium.ts';
import { AGENT_TASKS } from '../apps/agent_tasks.ts';
import { type AppServer, serveApps, type Version } from '../apps/pages.ts';
import { TYPED_CANARY } from '../apps/scripts.ts';
import { type Proxied, proxiedPlaywright, wrappedPlaywright } from '../harness/proxied_playwright.ts';
import { openRows, type Rows } from '../harness/rows.ts';
import { type Effort, work } from '../harness/scripted_agent.ts';
import { type RunningServer, startServer } from '../harness/server.ts';
import { until } from '../harness/wait.ts';

interface StoredCall {
  readonly event_uuid: string;
  readonly tool_name: string;
  readonly success: boolean | null;
  readonly started_at: string;
  readonly page_signature: { readonly url_norm: string } | null;
  readonly element_signature: { readonly selector_norm: string; readonly role: string | null } | null;
}

/** What is said must not depend on how busy the machine is. */
const PATIENT = ['--hint-wait', '10000'];

const refIn = (text: string, of: string): string =>
  new RegExp(`${of}.*?\\[ref=((?:f\\d+)?e\\d+)\\]`).exec(text)?.[1] ?? '';

interface StoredRun {
  readonly run: { readonly run_id: string };
  readonly calls: readonly StoredCall[];
}

describe.skipIf(!chromiumPath() || !process.env.PG_BIN)('an agent at @playwright/mcp behind the proxy', () => {
  let server: RunningServer;
  let apps: AppServer;
  let rows: Rows;
  let shop: Awaited<ReturnType<typeof serveShop>>;
  let collector: Awaited<ReturnType<typeof collectSpans>>;
  beforeAll(async () => {
    const { name, url, cluster } = await createDatabase(process.env.PG_BIN!);
    const env = { DATABASE_URL: url, HINTS_HOLDOUT_PERCENT: '0' };
    [server, apps, shop, collector] = await Promise.all([startServer(env), serveApps(), serveShop(), collectSpans()]);
    rows = await openRows(cluster.superuserUrl(name));
  });
  afterAll(async () => {
    await rows?.close();
    await server?.kill('SIGTERM');
    await apps?.close();
    await shop?.close();
    await collector?.close();
  });

  const learn = () => server.runJob('aggregate');
  const truthOf = async (agent: Proxied, truth: string): Promise<boolean> =>
    (await agent.call('browser_evaluate', { function: `() => ${truth}` })).text.includes('### Result\ntrue');
  /** All tasks in one session, in one version; what is recorded has reached the server afterwards. */
  async function session(mode: string, version: Version): Promise<Effort[]> {
    const efforts: Effort[] = [];
    for (const { app, wants, truth } of AGENT_TASKS.slice(0, 1)) {
      apps.deploy(app, version);
      const agent = await proxiedPlaywright(server, mode, ...PATIENT);
      efforts.push(await work(agent, apps.url(app), wants));
      expect({ app, version, done: await truthOf(agent, truth), said: agent.said() }).toEqual({
        app,
        version,
        done: true,
        said: '',
      });
      await agent.close();
    }
    return efforts;
  }
  const seen = new Set<string>();
  /** The run that is in the database since the last time somebody asked. */
  async function onlyNewRun(): Promise<StoredRun> {
    const runs = (await rows.rows<{ run_id: string }>('select run_id from runs')).map(({ run_id }) => run_id);
    const fresh = runs.filter((run_id) => !seen.has(run_id));
    for (const run_id of fresh) seen.add(run_id);
    expect(fresh).toHaveLength(1);
    return server.api<StoredRun>(`/v1/runs/${fresh[0]}`);
  }

  it('does its tasks with what earlier runs learned, and reads less of the pages', async () => {
    const before = await session('record-only', 'old');
    await learn();
    const after = await session('advise', 'old');
    await learn();
    const changed = await session('advise', 'new');
    for (const efforts of [before, after, changed]) expect(efforts.map(({ done }) => done)).not.toContain(false);
    expect(before.every(({ by_hint }) => by_hint === 0)).toBe(true);
    for (const [at, effort] of after.entries()) {
      expect(effort.by_hint).toBeGreaterThan(0);
      expect(effort.snapshot_bytes).toBeLessThan(before[at]!.snapshot_bytes);
      expect(effort.failures).toBe(0);
    }
    // What was typed is nowhere, though the server wrote it into its code and its snapshots.
    expect(await rows.everything()).not.toContain(TYPED_CANARY);
    for (const { run_id } of await rows.rows<{ run_id: string }>('select run_id from runs')) seen.add(run_id);
  });

  it.each([
    { as: 'a proxy', path: '/cart', open: (mode: Mode) => proxiedPlaywright(server, mode, ...PATIENT) },
    {
      as: 'one line of the server',
      path: '/basket',
      open: (mode: Mode) =>
        wrappedPlaywright(server, { mode, hintWaitMs: 10_000 }, { OTEL_EXPORTER_OTLP_ENDPOINT: collector.origin }),
    },
  ])('as $as heals a call whose element is gone where that is safe, and says so', async ({ path, open }) => {
    const url = `${shop.origin}${path}`;
    const first = await open('record-only');
    await first.call('browser_navigate', { url });
    const { text } = await first.call('browser_snapshot');
    for (const control of ['button "Do it"', 'link "Home"'])
      await first.call('browser_click', { target: refIn(text, control) });
    await first.close();
    const run = await onlyNewRun();
    const home = run.calls.find(({ element_signature }) => element_signature?.role === 'link');
    expect(home).toMatchObject({ tool_name: 'browser_click', success: true, page_signature: { url_norm: url } });
    // What an extension in the same browser tells of that call: it led somewhere and changed nothing.
    const effects = { call: home!.event_uuid, navigation: 'load', requests: [], unseen_requests: 0, download: false };
    const told = {
      kind: 'event',
      name: 'call.effects',
      event_uuid: uuidv7(),
      occurred_at: home!.started_at,
      context: { run_id: run.run.run_id },
      data: effects,
    };
    await server.api('/v1/ingest', { items: [told] });
    await learn();

    const agent = await open('heal');
    expect((await agent.tools()).map(({ name }) => name)).toEqual(
      expect.arrayContaining(['hints_for_page', 'report_outcome']),
    );
    const shown = await agent.call('browser_navigate', { url });
    expect(shown.hints).toHaveLength(2);
    expect(shown.hints).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          role: 'link',
          selector: 'role=link[name="Home"]',
          does: 'read_only',
          ref: expect.any(String),
        }),
        expect.objectContaining({ role: 'button', selector: 'role=button[name="Do it"]' }),
      ]),
    );
    const page = await agent.call('browser_snapshot');
    // The page draws itself anew: the same controls, but other elements.
    const redraw = '() => { document.body.innerHTML += ""; }';
    await agent.call('browser_evaluate', { function: redraw });
    const healed = await agent.call('browser_click', { target: refIn(page.text, 'link "Home"') });
    expect(healed).toMatchObject({ isError: false, meta: { retried: true } });
    expect(healed.text).toContain('The element of this call was not found.');
    expect(healed.text).toContain("getByRole('link', { name: 'Home' })");

    const again = await agent.call('browser_snapshot');
    await agent.call('browser_evaluate', { function: redraw });
    const untouched = await agent.call('browser_click', { target: refIn(again.text, 'button "Do it"') });
    expect(untouched).toMatchObject({ isError: true, meta: { retried: false, alternative: { role: 'button' } } });
    expect(untouched.text).toContain('### Error');
    const advised = /ref=(\S+) target=/.exec(untouched.text.split('[laskobot-runs]')[1] ?? '')?.[1];
    expect((await agent.call('browser_click', { target: advised })).isError).toBe(false);

    const asked = await agent.call('hints_for_page', {});
    expect(asked.text).toContain('target=`role=link[name="Home"]`');
    const hint_id = shown.hints!.find(({ role }) => role === 'link')!.hint_id;
    expect((await agent.call('report_outcome', { hint_id, outcome: 'wrong' })).isError).toBe(false);
    expect((await agent.call('report_outcome', { hint_id: '999999', outcome: 'wrong' })).isError).toBe(true);
    expect(agent.said()).toBe('');
    await agent.close();

    // The call that failed, the look at the page and the call that healed it are three, each with its own outcome.
    const { calls } = await onlyNewRun();
    const at = calls.findIndex(({ tool_name, success }) => tool_name === 'browser_click' && success === false);
    expect(calls.slice(at, at + 3).map(({ tool_name, success }) => [tool_name, success])).toEqual([
      ['browser_click', false],
      ['browser_snapshot', true],
      ['browser_click', true],
    ]);
    expect(calls.some(({ tool_name }) => tool_name === 'hints_for_page')).toBe(false);
    // What agents did with a control counts for the hint that told of it.
    expect(calls[at + 2]!.element_signature).toMatchObject({ selector_norm: 'role=link[name="Home"]' });
  });

  it('is told of steps that two runs did one after the other', async () => {
    const url = `${shop.origin}/shelf`;
    for (let run = 0; run < 2; run += 1) {
      const agent = await proxiedPlaywright(server, 'record-only');
      await agent.call('browser_navigate', { url });
      for (const control of ['button "Do it"', 'link "Home"']) {
        const { text } = await agent.call('browser_snapshot');
        await agent.call('browser_click', { target: refIn(text, control) });
      }
      await agent.close();
    }
    await learn();
    await server.runJob('recipes');
    const agent = await proxiedPlaywright(server, 'advise', ...PATIENT);
    const { text } = await agent.call('browser_navigate', { url });
    expect(text).toMatch(
      /^- recipe=\w+ worked=2\/2 ask_before=1 1\) browser_click ref=e\d+ button target=`role=button\[name="Do it"\]` 2\) browser_click link target=`role=link\[name="Home"\]` hint=\d+$/m,
    );
    const asked = await agent.call('hints_for_page', {});
    const hint_id = /recipe=.* hint=(\d+)$/m.exec(asked.text)?.[1];
    expect((await agent.call('report_outcome', { hint_id, outcome: 'found' })).isError).toBe(false);
    await agent.close();
  });

  it('tells the calls of that line as spans, and nothing of what they said', async () => {
    const clicks = () => collector.spans().filter(({ name }) => name === 'tools/call browser_click');
    // Two that recorded; with mode heal one on which the server did another, one that failed, one as advised.
    await until('all spans came', async () => clicks().length >= 5);
    expect(clicks().map(({ status }) => status.code === 2)).toContain(true);
    expect(collector.text()).not.toContain('Do it');
  });
});
