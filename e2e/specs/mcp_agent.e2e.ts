import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serveShop } from '../../server/agents/understand/testing/shop.ts';
import { chromiumPath } from '../../shared/testing/chromium.ts';
import { AGENT_TASKS } from '../apps/agent_tasks.ts';
import { type AppServer, serveApps, type Version } from '../apps/pages.ts';
import { TYPED_CANARY } from '../apps/scripts.ts';
import { type Answer, type Proxied, proxiedPlaywright } from '../harness/proxied_playwright.ts';
import { type Effort, work } from '../harness/scripted_agent.ts';
import { type RunningServer, startServer } from '../harness/server.ts';

interface StoredCall {
  readonly event_uuid: string;
  readonly tool_name: string;
  readonly success: boolean | null;
  readonly started_at: string;
  readonly page_signature: { readonly url_norm: string } | null;
  readonly element_signature: { readonly selector_norm: string; readonly role: string | null } | null;
}

describe.skipIf(!chromiumPath())('an agent at @playwright/mcp behind the proxy', () => {
  let server: RunningServer;
  let apps: AppServer;
  let shop: Awaited<ReturnType<typeof serveShop>>;
  beforeAll(async () => {
    [server, apps, shop] = await Promise.all([startServer({ HINTS_HOLDOUT_PERCENT: '0' }), serveApps(), serveShop()]);
  });
  afterAll(async () => {
    await server?.kill('SIGTERM');
    await apps?.close();
    await shop?.close();
  });

  const learn = () => server.api('/internal/jobs/aggregate', {});
  const truthOf = async (agent: Proxied, truth: string): Promise<boolean> =>
    (await agent.call('browser_evaluate', { function: `() => ${truth}` })).text.includes('### Result\ntrue');
  /** All tasks in one session, in one version; what is recorded has reached the server afterwards. */
  async function session(mode: string, version: Version): Promise<Effort[]> {
    const efforts: Effort[] = [];
    for (const { app, wants, truth } of AGENT_TASKS) {
      apps.deploy(app, version);
      const agent = await proxiedPlaywright(server, mode);
      efforts.push(await work(agent, apps.url(app), wants));
      expect({ app, version, done: await truthOf(agent, truth), said: agent.said() }).toEqual({ app, version, done: true, said: '' });
      await agent.close();
    }
    return efforts;
  }
  it('does its tasks with what earlier runs learned, and reads less of the pages', async () => {
    const before = await session('record-only', 'old');
    await learn();
    const after = await session('advise', 'old');
    await learn();
    const changed = await session('advise', 'new');
    console.log(JSON.stringify({ before, after, changed }));
    for (const efforts of [before, after, changed]) expect(efforts.map(({ done }) => done)).not.toContain(false);
    expect(before.every(({ by_hint }) => by_hint === 0)).toBe(true);
    for (const [at, effort] of after.entries()) {
      expect(effort.by_hint).toBeGreaterThan(0);
      expect(effort.snapshot_bytes).toBeLessThan(before[at]!.snapshot_bytes);
      expect(effort.failures).toBe(0);
    }
  });
});
