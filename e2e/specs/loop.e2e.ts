import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { HintsForTab, Status, VerifyResult } from '../../extension/messages.ts';
import { createDatabase } from '../../server/testing/databases.ts';
import type { BestSelectorHint } from '../../shared/protocol/schema.ts';
import { hashText, parseHashKey } from '../../shared/signature/hash.ts';
import { normaliseUrl } from '../../shared/signature/url.ts';
import { APPS, type App, type AppServer, serveApps, type Version } from '../apps/pages.ts';
import { perform, SCRIPTS, type Step, TYPED_CANARY } from '../apps/scripts.ts';
import { ask, type TestBrowser, type TestPage, tabIdOf } from '../drivers/driver.ts';
import { available, BROWSERS, launch } from '../drivers/launch.ts';
import { hintOf } from '../harness/hint_of.ts';
import { type CallRow, openRows, type Rows } from '../harness/rows.ts';
import { type RunningServer, startServer } from '../harness/server.ts';
import { sleep, until } from '../harness/wait.ts';

const OLD: Version = 'old';
const NEW: Version = 'new';

/** What the first session did in one application, for comparing with what was stored. */
interface Done {
  readonly url: string;
  readonly title: string;
  readonly viewport: { readonly w: number; readonly h: number; readonly dpr: number };
  readonly tabId: number;
  readonly from: number;
  readonly to: number;
}

/** Steps that touch a control, in order: those that hints can be about. */
const controlSteps = (app: App): readonly Step[] => SCRIPTS[app].filter(({ control }) => control);

const isSame = (page: TestPage, found: string, truth: string): Promise<boolean> =>
  page.evaluate(
    `document.querySelector(${JSON.stringify(found)}) === document.querySelector(${JSON.stringify(truth)})`,
  );

describe.each(BROWSERS)('the loop in %s', (kind) => {
  const skip = !available(kind) || !process.env.PG_BIN;
  let server: RunningServer;
  let apps: AppServer;
  let rows: Rows;
  let runId: string;
  /** How the browser can compress. */
  let domExt: string;
  let configuration: Record<string, unknown>;
  const done = new Map<App, Done>();
  const recorded = new Map<App, CallRow[]>();

  beforeAll(async () => {
    if (skip) return;
    const { name, url: databaseUrl, cluster } = await createDatabase(process.env.PG_BIN!);
    [server, apps] = await Promise.all([startServer({ DATABASE_URL: databaseUrl }), serveApps()]);
    rows = await openRows(cluster.superuserUrl(name));
    configuration = {
      server_url: server.url,
      publishable_key: server.publishableKey,
      enabled: true,
      capture: { dom: true, screenshots: true },
    };
  });
  afterAll(async () => {
    await rows?.close();
    await apps?.close();
    await server?.kill('SIGTERM');
  });

  async function open(browser: TestBrowser, app: App, version: Version): Promise<TestPage> {
    apps.deploy(app, version);
    const page = await browser.newPage();
    await page.goto(apps.url(app));
    return page;
  }

  const hintsOf = async (browser: TestBrowser, page: TestPage): Promise<HintsForTab> =>
    ask<HintsForTab>(browser, { type: 'hints', tab_id: await tabIdOf(browser, page) });

  const verify = async (browser: TestBrowser, page: TestPage, hint: BestSelectorHint): Promise<VerifyResult> =>
    ask<VerifyResult>(browser, { type: 'verify', tab_id: await tabIdOf(browser, page), hint });

  /** The call that a control step left, in the rows of its application. */
  const callOf = (app: App, step: Step): CallRow => {
    const calls = recorded
      .get(app)
      ?.filter(({ tool_name, selector_norm }) => tool_name.startsWith('dom.') && selector_norm !== null);
    const call = calls?.[controlSteps(app).indexOf(step)];
    if (!call) throw new Error(`No call was recorded for ${step.tool} in ${app}.`);
    return call;
  };

  /** Of a page that is still becoming what it was, hints of its other controls may come first. */
  async function hintFor(browser: TestBrowser, page: TestPage, app: App, step: Step): Promise<BestSelectorHint> {
    let hint: BestSelectorHint | undefined;
    await until(`${app} has the hint for ${step.tool} of ${step.control?.[OLD]}`, async () => {
      hint = hintOf((await hintsOf(browser, page)).hints, callOf(app, step));
      return hint !== undefined;
    });
    return hint!;
  }

  it.skipIf(skip)('records a first session', async () => {
    const browser = await launch(kind, configuration);
    const hasBrotli = `(() => { try { return Boolean(new CompressionStream('brotli')); } catch { return false; } })()`;
    domExt = (await browser.inExtension<boolean>(hasBrotli)) ? 'html.br' : 'html.gz';
    for (const app of APPS) {
      const from = Date.now();
      const page = await open(browser, app, OLD);
      const tabId = await tabIdOf(browser, page);
      await until(`${app} is recorded`, async () => {
        const known = await rows.rows('select 1 from tool_calls where tab_id = $1', [String(tabId)]);
        return known.length > 0;
      });
      const first = { url: page.url(), title: await page.evaluate<string>('document.title') };
      for (const step of SCRIPTS[app]) {
        await perform(page, step, step.control?.[OLD] ?? '');
        await sleep(300);
      }
      await sleep(2000);
      const viewport = await page.evaluate<Done['viewport']>(
        '({ w: innerWidth, h: innerHeight, dpr: devicePixelRatio })',
      );
      done.set(app, { ...first, viewport, tabId, from, to: Date.now() });
      await page.close();
    }
    const { run_id } = await ask<Status>(browser, { type: 'status' });
    expect(run_id).toMatch(/^[0-9a-f-]{36}$/);
    runId = run_id!;
    await ask(browser, { type: 'set_recording', enabled: false });
    await until('all is delivered', async () => {
      const { delivery } = await ask<Status>(browser, { type: 'flush' });
      return delivery.queued === 0;
    });
    const { delivery } = await ask<Status>(browser, { type: 'status' });
    expect(delivery).toMatchObject({ queued: 0, dead: 0, dropped: 0, artifacts_waiting: 0 });
    expect(delivery.delivered).toBe(delivery.enqueued);
    await browser.close();
  });

  it.skipIf(skip)('stored the run, session, instance and tabs as they were', async () => {
    const [run] = await rows.rows('select * from runs where run_id = $1', [runId]);
    expect(run).toMatchObject({ status: 'completed', proto_version: '1' });
    expect(run?.ended_at.getTime()).toBeGreaterThanOrEqual(run?.started_at.getTime());
    const [session] = await rows.rows('select * from sessions where session_id = $1', [run?.session_id]);
    expect(session).toBeDefined();
    const [instance] = await rows.rows('select * from instances where instance_id = $1', [run?.instance_id]);
    expect(instance).toMatchObject({
      session_id: run?.session_id,
      extension: kind === 'chromium' ? 'chrome' : 'firefox',
    });
    for (const { tabId, url, viewport } of done.values()) {
      const [tab] = await rows.rows('select * from tabs where instance_id = $1 and tab_id = $2', [
        run?.instance_id,
        String(tabId),
      ]);
      expect(tab).toMatchObject({ url_first_seen: url, viewport_w: viewport.w, viewport_h: viewport.h });
      expect(Number(tab?.dpr)).toBe(viewport.dpr);
      expect(tab?.closed_at).toBeInstanceOf(Date);
    }
  });

  it.skipIf(skip)('stored each call field by field as it was done', async () => {
    const calls = await rows.calls(runId);
    expect(calls.map(({ seq }) => seq)).toEqual(calls.map((_, index) => index));
    expect(new Set(calls.map(({ event_uuid }) => event_uuid)).size).toBe(calls.length);
    const [project] = await rows.rows<{ text_key: string }>('select text_key from projects');
    const key = parseHashKey(project!.text_key);
    for (const app of APPS)
      recorded.set(
        app,
        calls.filter(({ tab_id }) => tab_id === String(done.get(app)?.tabId)),
      );
    for (const app of APPS) {
      const { url, title, from, to } = done.get(app)!;
      const mine = recorded.get(app)!;
      const wanted = SCRIPTS[app].map(({ tool }) => tool);
      const scrolls = wanted.includes('dom.scroll');
      const told = mine
        .filter(({ tool_name }) => scrolls || tool_name !== 'dom.scroll')
        .map(({ tool_name }) => tool_name);
      expect(told, app).toEqual(['browser.navigate', ...wanted]);
      for (const call of mine) {
        expect(call).toMatchObject({
          success: true,
          error_msg: null,
          output_jsonb: null,
          url_at_call: url,
          ...normaliseUrl(url),
        });
        expect(call.dom_fingerprint_hash).toMatch(/^[0-9a-f]{16,64}$/);
        expect(call.started_at.getTime()).toBeGreaterThanOrEqual(from - 1000);
        expect(call.ended_at.getTime()).toBeLessThanOrEqual(to);
        expect(Math.abs(call.latency_ms - (call.ended_at.getTime() - call.started_at.getTime()))).toBeLessThanOrEqual(
          1,
        );
      }
      expect(mine[0]).toMatchObject({
        input_jsonb: { kind: 'load' },
        selector_norm: null,
        title_hash: hashText(key, title),
      });
      for (const step of controlSteps(app)) {
        const call = callOf(app, step);
        expect(call, `${app} ${step.tool}`).toMatchObject({
          tool_name: step.tool,
          role: step.role,
          identity: { tag: step.tag },
        });
        // Drivers choose in a list by script; clicks and keys are as trusted as a user's.
        expect(call.input_jsonb).toMatchObject({ trusted: step.tool !== 'dom.select' });
        expect(call.candidates?.some(({ matches }) => matches === 1)).toBe(true);
      }
    }
  });

  it.skipIf(skip)('stored the artifacts under the hash of their bytes', async () => {
    for (const app of APPS) {
      const { artifacts } = recorded.get(app)![0]!;
      expect(
        artifacts.map(({ type }) => type),
        app,
      ).toEqual(['dom', 'screenshot']);
      for (const { type, content_hash, storage_path, size_bytes } of artifacts) {
        const bytes = await readFile(join(server.dataDir, 'storage', storage_path));
        expect(createHash('sha256').update(bytes).digest('hex')).toBe(content_hash);
        expect(bytes.byteLength).toBe(Number(size_bytes));
        // The ending says how the bytes are to be read.
        const read: Record<string, () => string> = {
          webp: () => bytes.subarray(8, 12).toString(),
          png: () => bytes.subarray(1, 4).toString(),
          'html.gz': () => gunzipSync(bytes).toString(),
          'html.br': () => brotliDecompressSync(bytes).toString(),
        };
        const ext = storage_path.slice(storage_path.indexOf('.') + 1);
        const expected = type === 'screenshot' ? ext.toUpperCase() : '<body';
        expect(read[ext]?.(), storage_path).toContain(expected);
        if (type === 'dom') expect(ext).toBe(domExt);
      }
    }
  });

  it.skipIf(skip)('stored nothing that was typed', async () => {
    expect(await rows.everything()).not.toContain(TYPED_CANARY);
    expect(server.output()).not.toContain(TYPED_CANARY);
  });

  it.skipIf(skip)('gives hints to a second session in a new profile, which verify and act right', async () => {
    await server.runJob('aggregate');
    const browser = await launch(kind, configuration);
    for (const app of APPS) {
      const page = await open(browser, app, OLD);
      for (const step of SCRIPTS[app]) {
        if (!step.control) continue;
        await page.waitFor(step.control[OLD]);
        const hint = await hintFor(browser, page, app, step);
        expect(hint, `${app} ${step.control[OLD]}`).toMatchObject({
          hint_type: 'best_selector',
          state: 'active',
          version: 1,
        });
        const result = await verify(browser, page, hint);
        expect(result, `${app} ${step.control[OLD]}`).toMatchObject({ outcome: 'found' });
        const { selector } = result as VerifyResult & { outcome: 'found' };
        expect(await isSame(page, selector, step.control[OLD]), `${app}: ${selector} is ${step.control[OLD]}`).toBe(
          true,
        );
        await perform(page, step, selector);
      }
      await page.close();
    }
    await until(
      'outcomes are delivered',
      async () => (await ask<Status>(browser, { type: 'flush' })).delivery.queued === 0,
    );
    await browser.close();
    const outcomes = await rows.rows<{ data: { outcome: string } }>(
      `select data from events where name = 'hint.outcome'`,
    );
    expect(outcomes).toHaveLength(APPS.flatMap(controlSteps).length);
    expect(outcomes.every(({ data }) => data.outcome === 'found')).toBe(true);
  });

  it.skipIf(skip)(
    'finds the right control on the next version of an application, or says that it is not there',
    async () => {
      const browser = await launch(kind, configuration);
      const fates: string[] = [];
      for (const app of APPS) {
        const page = await open(browser, app, NEW);
        for (const step of SCRIPTS[app]) {
          if (!step.control) continue;
          await page.waitFor(step.control[NEW]);
          const hint = await hintFor(browser, page, app, step);
          const result = await verify(browser, page, hint);
          fates.push(`${app} ${step.tool} ${result.outcome}`);
          const what = `${app} ${step.control[NEW]}: ${JSON.stringify(result)}`;
          if (result.outcome === 'found')
            expect(await isSame(page, result.selector, step.control[NEW]), what).toBe(true);
          else expect(['not_found', 'ambiguous', 'identity_mismatch'], what).toContain(result.outcome);
          await perform(page, step, step.control[NEW]);
        }
        await page.close();
      }
      await browser.close();
      console.info(`On the next version, in ${kind}: ${fates.join(', ')}`);
    },
  );
});
