import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { HintsForTab, Status, VerifyResult } from '../../extension/messages.ts';
import { stepHint } from '../../extension/step_hint.ts';
import type {
  CallEffects,
  LookupResponse,
  RecipeHint,
  SafeOpsData,
  SafeOpsHint,
  WaitConditionHint,
} from '../../shared/protocol/schema.ts';
import { type KindsApp, serveKinds } from '../apps/kinds.ts';
import { ask, type TestBrowser, type TestPage, tabIdOf } from '../drivers/driver.ts';
import { available, BROWSERS, launch } from '../drivers/launch.ts';
import { type RunningServer, startServer } from '../harness/server.ts';
import { sleep, until } from '../harness/wait.ts';

interface Run {
  readonly calls: readonly {
    readonly tool_name: string;
    readonly event_uuid: string;
    readonly page_signature: { readonly url_norm: string } | null;
    readonly element_signature: { readonly selector_norm: string; readonly identity: { readonly id?: string } } | null;
  }[];
  readonly events: readonly { readonly name: string; readonly data: CallEffects }[];
}

const SEED = 20_261_123;
/** How long what follows a call is looked at, and some more. */
const FOLLOWED_MS = 5500;
const VISITS = 6;

/** Park and Miller's generator: the same delays in each run, 900 to 2,400 ms. */
function seeded(): () => number {
  let state = SEED;
  return () => {
    state = (state * 16_807) % 2_147_483_647;
    return 900 + (state % 1500);
  };
}

describe.each(BROWSERS)('kinds of hint in %s', (kind) => {
  const skip = !available(kind);
  let server: RunningServer;
  let app: KindsApp;
  let browser: TestBrowser;
  let page: TestPage;

  beforeAll(async () => {
    if (skip) return;
    [server, app] = await Promise.all([startServer(), serveKinds(seeded())]);
    browser = await launch(kind, { server_url: server.url, publishable_key: server.publishableKey, enabled: true });
    page = await browser.newPage();
  });
  afterAll(async () => {
    await browser?.close();
    await app?.close();
    await server?.kill('SIGTERM');
  });

  async function stored(): Promise<Run> {
    await until('all is delivered', async () => {
      const { delivery } = await ask<Status>(browser, { type: 'flush' });
      return delivery.queued === 0;
    });
    const { run_id } = await ask<Status>(browser, { type: 'status' });
    return server.api<Run>(`/v1/runs/${run_id}`);
  }

  const selectors = new Map<string, string>();
  const seen = new Set<string>();

  /** What was told of a click on a control since this was last asked. */
  async function effectsOf(id: string): Promise<CallEffects> {
    let told: CallEffects | undefined;
    await until(`what followed #${id} is told`, async () => {
      const { calls, events } = await stored();
      const call = calls.findLast(
        ({ tool_name, element_signature }) => tool_name === 'dom.click' && element_signature?.identity.id === id,
      );
      selectors.set(id, call?.element_signature?.selector_norm ?? '');
      told = events.find(({ name, data }) => name === 'call.effects' && data.call === call?.event_uuid)?.data;
      return told !== undefined && !seen.has(told.call);
    });
    seen.add(told!.call);
    return told!;
  }

  async function visit(path: string): Promise<void> {
    const before = (await ask<Status>(browser, { type: 'status' })).delivery.enqueued;
    await page.goto(`${app.origin}${path}`);
    await until(
      `${path} is recorded`,
      async () => (await ask<Status>(browser, { type: 'status' })).delivery.enqueued > before,
    );
    await sleep(300);
  }

  const hintsOf = async (path: string): Promise<LookupResponse['element_hints']> =>
    (await server.api<LookupResponse>('/hints/lookup', { url: `${app.origin}${path}` })).element_hints;

  it.skipIf(skip)('tells what followed each use', async () => {
    await visit('/shop');
    await page.click('#more');
    await sleep(FOLLOWED_MS);
    expect(await effectsOf('more')).toMatchObject({
      navigation: 'none',
      requests: [],
      unseen_requests: 0,
      download: false,
    });
    await page.click('#tab');
    await sleep(FOLLOWED_MS);
    expect(await effectsOf('tab')).toMatchObject({ navigation: 'same_document', requests: [], unseen_requests: 0 });
    await page.click('#fetching');
    await sleep(FOLLOWED_MS);
    expect(await effectsOf('fetching')).toMatchObject({ navigation: 'none', requests: [], unseen_requests: 1 });
    await page.click('#prices');
    expect(await effectsOf('prices')).toMatchObject({ navigation: 'load', requests: [], unseen_requests: 0 });
    await visit('/shop');
    await page.click('#send');
    expect(await effectsOf('send')).toMatchObject({
      navigation: 'load',
      requests: [{ method: 'POST', path: '/orders/:id' }],
      unseen_requests: 0,
    });
    await visit('/shop');
    await page.click('#ask');
    await page.waitFor('#yes');
    await page.click('#yes');
    const asked = await effectsOf('ask');
    expect(asked).toMatchObject({ navigation: 'none', dialog: 'confirm', unseen_requests: 0 });
    expect(await effectsOf('yes')).toMatchObject({
      opener: asked.call,
      navigation: 'load',
      requests: [{ method: 'DELETE', path: '/lists/:id' }],
    });
    expect(JSON.stringify(await stored())).not.toContain('canary');
  });

  it.skipIf(skip)('learns classes from it', async () => {
    await server.runJob('aggregate');
    const hints = (await hintsOf('/shop')).filter((hint): hint is SafeOpsHint => hint.hint_type === 'safe_ops');
    const told = (id: string): [SafeOpsData['class'], boolean] | undefined => {
      const hint = hints.find(({ element }) => element?.selector_norm === selectors.get(id));
      return hint && [hint.data.class, hint.data.replay];
    };
    expect({
      more: told('more'),
      tab: told('tab'),
      prices: told('prices'),
      fetching: told('fetching'),
      send: told('send'),
      ask: told('ask'),
      yes: told('yes'),
    }).toEqual({
      more: ['read_only', true],
      tab: ['read_only', true],
      prices: ['read_only', true],
      fetching: ['state_changing', false],
      send: ['state_changing', false],
      ask: ['destructive', false],
      yes: ['destructive', false],
    });
  });

  it.skipIf(skip)('makes a recipe of what two runs did, whose steps the page finds again', async () => {
    const beginRun = async (): Promise<void> => {
      await ask(browser, { type: 'set_recording', enabled: false });
      await page.goto(`${app.origin}/elsewhere`);
      await ask(browser, { type: 'set_recording', enabled: true });
      await page.goto(`${app.origin}/shop`);
      await until('the shop is recorded in a run of its own', async () => {
        const run = await stored().catch(() => undefined);
        return run?.calls.some(({ page_signature }) => page_signature?.url_norm === `${app.origin}/shop`) === true;
      });
    };
    // The first run did it as well.
    await beginRun();
    await page.click('#more');
    await page.click('#tab');
    await sleep(1000);
    await ask(browser, { type: 'set_recording', enabled: false });
    await until('all is delivered', async () => {
      const { delivery } = await ask<Status>(browser, { type: 'flush' });
      return delivery.queued === 0;
    });
    for (const job of ['aggregate', 'recipes'] as const) await server.runJob(job);

    await beginRun();
    const tab_id = await tabIdOf(browser, page);
    let recipe: RecipeHint | undefined;
    await until('the page has a recipe', async () => {
      recipe = (await ask<HintsForTab>(browser, { type: 'hints', tab_id })).recipes[0];
      return recipe !== undefined;
    });
    expect(recipe?.data.steps.map(({ control }) => control?.selector_norm)).toEqual([
      selectors.get('more'),
      selectors.get('tab'),
    ]);
    expect(recipe).toMatchObject({ state: 'active', data: { replayable: true, shape: 'other' } });
    for (const [place, id] of ['more', 'tab'].entries()) {
      const found = await ask<VerifyResult>(browser, { type: 'verify', tab_id, hint: stepHint(recipe!, place)! });
      expect(found).toMatchObject({ outcome: 'found' });
      const selector = found.outcome === 'found' ? found.selector : '';
      expect(await page.evaluate(`document.querySelector(${JSON.stringify(selector)}).id`)).toBe(id);
    }
    expect(stepHint(recipe!, 2)).toBeUndefined();
  });

  // A minute, nearly all of it the server's own delays: once is enough.
  const once = kind === 'chromium' ? [kind] : [];
  it.skipIf(skip).each(once)('learns how long a control that comes late is waited for', async () => {
    for (let n = 0; n < VISITS; n += 1) {
      await page.goto(`${app.origin}/late`);
      await page.waitFor('#late');
      await sleep(300);
      await page.click('#late');
      const { wait } = await effectsOf('late');
      expect(wait?.enabled).toBeGreaterThanOrEqual(app.delays[n]!);
    }
    console.info(`${kind}: delays with seed ${SEED}: ${app.delays.join(', ')} ms`);
    await server.runJob('aggregate');
    const wait = (await hintsOf('/late')).find(
      (hint): hint is WaitConditionHint => hint.hint_type === 'wait_condition',
    );
    const p95 = app.delays.toSorted((a, b) => a - b)[Math.ceil(0.95 * VISITS) - 1]!;
    expect(wait?.data).toMatchObject({ signal: 'enabled', samples: VISITS });
    expect(wait?.data.timeout_ms).toBeGreaterThan(p95);
  });
});
