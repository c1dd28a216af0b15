import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Status } from '../../extension/messages.ts';
import { type Lab, serveLab } from '../apps/lab.ts';
import { ask, type Installation, type TestBrowser } from '../drivers/driver.ts';
import { available, BROWSERS, install, start } from '../drivers/launch.ts';
import { type FaultProxy, startFaultProxy } from '../harness/fault_proxy.ts';
import { type RunningServer, startServer } from '../harness/server.ts';
import { until } from '../harness/wait.ts';

interface Call {
  readonly seq: number;
  readonly event_uuid: string;
  readonly tool_name: string;
  readonly artifacts: readonly { readonly type: string; readonly storage_path: string }[];
}
interface Run {
  readonly calls: readonly Call[];
  readonly events: readonly { readonly name: string; readonly data: Record<string, unknown> }[];
}

describe.each(BROWSERS)('artifacts in %s', (kind) => {
  const skip = !available(kind);
  let server: RunningServer;
  let proxy: FaultProxy;
  let lab: Lab;
  let installation: Installation;
  let browser: TestBrowser;

  beforeAll(async () => {
    if (skip) return;
    const page = (title: string): string => `<!doctype html><title>${title}</title><button id="b">${title}</button>`;
    [server, lab] = await Promise.all([
      startServer(),
      serveLab({ '/one': page('One'), '/two': page('Two'), '/three': page('Three'), '/four': page('Four') }),
    ]);
    proxy = await startFaultProxy(server.url, Math.random);
    const configuration = { server_url: proxy.url, publishable_key: server.publishableKey, enabled: true };
    installation = await install(kind, { ...configuration, capture: { dom: true, screenshots: false } });
    browser = await start(installation);
  });
  afterAll(async () => {
    await browser?.close();
    await lab?.close();
    await proxy?.close();
    await server?.kill('SIGTERM');
  });

  const status = (): Promise<Status> => ask<Status>(browser, { type: 'status' });
  const stored = (runId: string): Promise<Run> => server.api<Run>(`/v1/runs/${runId}`);

  it.skipIf(skip)('never hold events up, and are uploaded by the next browser if this one is killed', async () => {
    proxy.setArtifacts('cut');
    const page = await browser.newPage();
    await page.goto(`${lab.origin}/one`);
    await until('the copy of the page waits', async () => (await status()).delivery.artifacts_waiting === 1);
    await page.click('#b');
    // Sessions, tabs and the click go; only the call with the copy waits for it.
    await until('all else is delivered', async () => {
      const { delivery } = await status();
      return delivery.enqueued >= 6 && delivery.queued === 1;
    });
    const runId = (await status()).run_id!;
    expect((await stored(runId)).calls.map(({ tool_name }) => tool_name)).toEqual(['dom.click']);

    await browser.kill();
    proxy.setArtifacts('pass');
    browser = await start(installation);
    await until('all is delivered', async () => {
      const { delivery } = await status();
      return delivery.queued === 0 && delivery.artifacts_waiting === 0;
    });
    const [navigation] = (await stored(runId)).calls;
    expect(navigation).toMatchObject({ tool_name: 'browser.navigate', artifacts: [{ type: 'dom' }] });
    const { delivery } = await status();
    expect(delivery).toMatchObject({ dead: 0, dropped: 0, artifacts_failed: {}, enqueued: delivery.delivered });
  });

  it.skipIf(skip)('that fail for good leave their call without them, and it says so', async () => {
    proxy.setArtifacts('reject');
    const page = await browser.newPage();
    await page.goto(`${lab.origin}/two`);
    await until('all is delivered', async () => {
      const { delivery } = await status();
      return delivery.artifacts_failed.id_conflict === 1 && delivery.queued === 0;
    });
    const { calls, events } = await stored((await status()).run_id!);
    const call = calls.find(({ tool_name }) => tool_name === 'browser.navigate');
    expect(call?.artifacts).toEqual([]);
    expect(events.find(({ name }) => name === 'artifact.failed')?.data).toEqual({
      event_uuid: call?.event_uuid,
      seq: call?.seq,
      type: 'dom',
      code: 'id_conflict',
      reason: 'the proxy rejects it',
    });
  });

  it.skipIf(skip)(
    'wait as long as the server asks, those that come meanwhile too, and are then signed in one request',
    async () => {
      proxy.setArtifacts('throttle');
      const signs = (): number => proxy.requests['POST /v1/artifacts/sign'] ?? 0;
      const page = await browser.newPage();
      const before = signs();
      await page.goto(`${lab.origin}/three`);
      await until('signing is asked to wait', async () => signs() > before);
      await page.goto(`${lab.origin}/four`);
      await until('both wait', async () => (await status()).delivery.artifacts_waiting === 2);
      await until('it was asked again', async () => signs() > before + 1);
      proxy.setArtifacts('pass');
      const refused = signs();
      await until('all is delivered', async () => (await status()).delivery.artifacts_waiting === 0);
      expect(proxy.undercut).toEqual([]);
      expect(signs()).toBe(refused + 1);
    },
  );

  it.skipIf(skip)('that the storage has are not uploaded again', async () => {
    const puts = (): number =>
      Object.entries(proxy.requests).reduce((sum, [name, n]) => (name.startsWith('PUT ') ? sum + n : sum), 0);
    const [uploaded, signed] = [puts(), proxy.requests['POST /v1/artifacts/sign']!];
    const page = await browser.newPage();
    await page.goto(`${lab.origin}/four`);
    await until('it is signed', async () => proxy.requests['POST /v1/artifacts/sign']! > signed);
    await until('all is delivered', async () => {
      const { delivery } = await status();
      return delivery.queued === 0 && delivery.artifacts_waiting === 0;
    });
    const calls = (await stored((await status()).run_id!)).calls.filter(({ artifacts }) => artifacts.length > 0);
    const paths = calls.slice(-2).map(({ artifacts }) => artifacts[0]?.storage_path);
    expect([paths.length, new Set(paths).size]).toEqual([2, 1]);
    expect([puts(), proxy.undercut]).toEqual([uploaded, []]);
  });
});
