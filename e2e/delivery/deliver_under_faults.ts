import type { Status } from '../../extension/messages.ts';
import { createDatabase } from '../../server/testing/databases.ts';
import { API, ask, type BrowserKind, type TestBrowser } from '../drivers/driver.ts';
import { install, start } from '../drivers/launch.ts';
import { type FaultProxy, startFaultProxy } from '../harness/fault_proxy.ts';
import { openRows } from '../harness/rows.ts';
import { type RunningServer, startServer } from '../harness/server.ts';
import { sleep, until } from '../harness/wait.ts';
import { type Audit, audit } from './audit.ts';
import { type Clicker, POISON, serveClicker } from './clicker.ts';

/** Share of requests that the proxy spoils while there are clicks. */
const FAULT_SHARE = 0.3;
/** Windows that click at once, and frames in each at most. */
const WINDOWS = 2;
const MAX_FRAMES = 8;
/** Clicks of a frame between two kills of the browser at the least, so that there is time for the other faults. */
const MIN_CLICKS = 80;
/** Clicks that may be on their way to the outbox, and items in it, before clicking is held: items have some 4 KB, and 10 MiB is its bound. */
const MAX_UNTAKEN = 300;
const MAX_QUEUED = 1500;
/** After so long the browser is killed, however far it came. */
const PART_MS = 60_000;
/** A request of a worker that has ended may reach the proxy so much later on a machine under load: nobody hears the answer. */
const UNHEARD_MS = 2000;
const DRAIN_MS = 240_000;

export interface FaultPlan {
  readonly kind: BrowserKind;
  /** Items that the extension shall have queued at the least. */
  readonly events: number;
  /** How often the browser is killed. */
  readonly kills: number;
  /** Mean time between two stops of worker or server, in ms. */
  readonly betweenFaultsMs: number;
  readonly postgresBin: string;
  readonly random: () => number;
  readonly log: (line: string) => void;
}

export interface FaultRun extends Audit {
  /** Calls and events that reached the proxy, once or often. */
  readonly sent: number;
  readonly status: Status;
  readonly faults: Readonly<Record<string, number>>;
  /** Requests that came before a 429 had allowed them, though nobody was stopped before it could hear that and write it down. */
  readonly undercut: number;
  /** Longest from the end of an outage to the next batch that was stored, in ms. */
  readonly recovery_ms: number;
  /** Median from the stop of a worker to the next one's first request, in ms. */
  readonly takeover_ms: number | undefined;
  /** From the last click to the empty queue, in ms. */
  readonly drain_ms: number;
}

/** What stands when everything has been delivered, for looking further. */
export interface Scene {
  readonly browser: TestBrowser;
  readonly proxy: FaultProxy;
  readonly server: RunningServer;
}

const statusOf = (browser: TestBrowser): Promise<Status> => ask<Status>(browser, { type: 'status' });

const gaps = (ends: readonly number[], next: readonly number[]): number[] =>
  ends.flatMap((end) => {
    const first = next.find((time) => time >= end);
    return first === undefined ? [] : [first - end];
  });

/** Clicks in two windows while everything fails that can, and compares what is stored with what was done. */
export async function deliverUnderFaults(
  plan: FaultPlan,
  look: (scene: Scene) => Promise<void> = async () => undefined,
): Promise<FaultRun> {
  const { kind, events, kills, random, log } = plan;
  const { name, url, cluster } = await createDatabase(plan.postgresBin);
  const server = await startServer({ DATABASE_URL: url, LOG_LEVEL: 'warn', RATE_LIMIT: '0' });
  const rows = await openRows(cluster.superuserUrl(name));
  const proxy = await startFaultProxy(server.url, random);
  const clicker = await serveClicker();
  const configuration = { server_url: proxy.url, publishable_key: server.publishableKey, enabled: true };
  const installation = { ...(await install(kind, configuration)), idleMs: 1000 };
  let browser = await start(installation);
  const counted = { worker_stops: 0, server_kills: 0, browser_kills: 0 };
  const stops: number[] = [];
  /** Of workers and browsers, begun: what they had heard and not yet written down is gone. */
  const ends: number[] = [];
  const outages: number[] = [];
  let frame = 0;
  /** Outages so far: every second one is the server's, over all parts, however short they are. */
  let turn = 0;
  /** Of windows whose browser was killed: what they did last may not have been taken. */
  const killed = new Set<number>();

  /** One outage after another: before the next, something must have been stored again. */
  async function recovered(): Promise<void> {
    const end = Date.now();
    outages.push(end);
    // Asking keeps an event page awake, which at its 1 s of idleness would else sleep until its alarm, 30 s later.
    await until(
      'something is stored again',
      async () => (await statusOf(browser)).delivery.queued === 0 || (proxy.served.at(-1) ?? 0) > end,
      DRAIN_MS,
    );
  }
  async function stopWorker(): Promise<void> {
    const asked = Date.now();
    ends.push(asked);
    await browser.stopBackground();
    stops.push(asked);
    counted.worker_stops += 1;
  }
  async function killServer(): Promise<void> {
    await server.kill('SIGKILL');
    await server.restart();
    counted.server_kills += 1;
    await recovered();
  }
  async function killBrowser(): Promise<void> {
    ends.push(Date.now());
    await browser.kill();
    browser = await start(installation);
    counted.browser_kills += 1;
    await recovered();
  }

  async function click(wanted: number): Promise<readonly number[]> {
    const frames = Math.max(1, Math.min(MAX_FRAMES, Math.floor(wanted / WINDOWS / MIN_CLICKS)));
    const clicks = Math.ceil(wanted / WINDOWS / frames);
    const opened: number[] = [];
    for (let window = 0; window < WINDOWS; window += 1) {
      const page = clicker.page(frame, frames, clicks);
      await browser.inExtension(`${API}.windows.create({ url: ${JSON.stringify(page)} }).then(() => true)`);
      for (let n = 0; n < frames; n += 1) opened.push(frame++);
    }
    return opened;
  }
  const areDone = (frames: readonly number[], { done }: Clicker): boolean => frames.every((each) => done.has(each));

  try {
    await until('recording is on', async () => (await statusOf(browser)).recording);
    proxy.setPoison(POISON);
    proxy.setShare(FAULT_SHARE);
    for (let part = 0; ; part += 1) {
      const { delivery } = await statusOf(browser);
      if (part > kills && delivery.enqueued >= events) break;
      const wanted = Math.max(
        WINDOWS * MIN_CLICKS,
        Math.ceil((events - delivery.enqueued) / Math.max(1, kills + 1 - part)),
      );
      log(`${kind}: ${delivery.enqueued} of ${events} queued, ${delivery.delivered} delivered; ${wanted} more clicks`);
      const clicking = await click(wanted);
      const begun = Date.now();
      const dies = part < kills;
      while (!areDone(clicking, clicker)) {
        await sleep(plan.betweenFaultsMs * (0.5 + random()));
        const { enqueued, queued } = (await statusOf(browser)).delivery;
        const untaken = clicker.clicked(clicking[0] ?? 0) - (enqueued - delivery.enqueued);
        clicker.hold(untaken > MAX_UNTAKEN || queued > MAX_QUEUED);
        turn += 1;
        if (turn % 2 === 0) await killServer();
        else await stopWorker();
        if (dies && (clicker.clicked(clicking[0] ?? 0) >= wanted / 2 || Date.now() - begun > PART_MS)) break;
      }
      clicker.hold(false);
      if (dies) {
        for (const each of clicking) killed.add(each);
        await killBrowser();
      }
    }
    const clicked = Date.now();
    proxy.setShare(0);
    let status = await statusOf(browser);
    await until(
      'the queue is empty',
      async () => {
        // Asking wakes an event page: long enough apart for it to be stopped.
        await sleep(status.delivery.queued > 0 ? 2500 : 500);
        status = await statusOf(browser);
        return status.delivery.queued === 0;
      },
      DRAIN_MS,
    );
    const drain_ms = Date.now() - clicked;
    const ended = new Map([...clicker.done].filter(([each]) => !killed.has(each)));
    const found = await audit(rows, ended, proxy.seen);
    const takeovers = gaps(stops, proxy.came).sort((a, b) => a - b);
    const run: FaultRun = {
      ...found,
      sent: proxy.seen.size,
      status,
      faults: { ...counted, ...proxy.faults },
      undercut: proxy.undercut.filter(({ said, came }) => !ends.some((end) => end >= said - UNHEARD_MS && end <= came))
        .length,
      recovery_ms: Math.max(0, ...gaps(outages, proxy.served)),
      takeover_ms: kind === 'chromium' ? takeovers[takeovers.length >> 1] : undefined,
      drain_ms,
    };
    await look({ browser, proxy, server });
    return run;
  } finally {
    await browser.close().catch(() => undefined);
    await clicker.close();
    await proxy.close();
    await rows.close();
    await server.kill('SIGTERM');
  }
}
