import { describe, expect, it } from 'vitest';
import type { Status } from '../../extension/messages.ts';
import { findPostgres } from '../../server/testing/postgres_cluster.ts';
import type { DeadLetter } from '../../shared/client/outbox.ts';
import { deliverUnderFaults, type Scene } from '../delivery/deliver_under_faults.ts';
import { ask } from '../drivers/driver.ts';
import { available, BROWSERS } from '../drivers/launch.ts';
import { until } from '../harness/wait.ts';

const EVENTS = 250;

describe.each(BROWSERS)('delivery under faults, with %s', { timeout: 900_000 }, (kind) => {
  const postgresBin = findPostgres();
  const skip = !available(kind) || !postgresBin;

  it.skipIf(skip)('loses nothing, stores nothing twice, and isolates the poison event', async () => {
    async function deadLetters({ browser, proxy }: Scene): Promise<void> {
      const letters = await ask<DeadLetter[]>(browser, { type: 'dead_letters' });
      expect(letters).toMatchObject([{ code: 'invalid_body', reason: 'the proxy says 400' }]);
      const options = await browser.openOwnPage('options.html');
      await options.waitFor('#letters button');
      // What would be saved, read where the page makes it: headless browsers save nowhere.
      await options.evaluate(`
        URL.createObjectURL = (blob) => { blob.text().then((text) => { document.title = text; }); return 'data:,'; };
        HTMLAnchorElement.prototype.click = function () { document.body.dataset.file = this.download; };`);
      await options.click('#export');
      await until('the export is made', async () =>
        (await options.evaluate<string>('document.title')).includes('event_uuid'),
      );
      expect(JSON.parse(await options.evaluate<string>('document.title'))).toEqual(letters[0]);
      expect(await options.evaluate('document.body.dataset.file')).toMatch(/^refused-.*\.jsonl$/);

      proxy.setPoison('no such text');
      await options.click('#letters button');
      await until('it is delivered', async () => {
        const { delivery } = await ask<Status>(browser, { type: 'status' });
        return delivery.dead === 0 && delivery.queued === 0;
      });
      await until('the list is gone', () => options.evaluate(`document.getElementById('refused').hidden`));
    }

    const run = await deliverUnderFaults(
      {
        kind,
        events: EVENTS,
        kills: 1,
        betweenFaultsMs: 2000,
        postgresBin: postgresBin!,
        random: Math.random,
        log: () => undefined,
      },
      deadLetters,
    );
    const { enqueued, delivered, queued, dead, dropped } = run.status.delivery;
    expect({ ...run, status: run.status.delivery }).toMatchObject({
      lost: 0,
      duplicates_stored: 0,
      missing: [expect.any(String)],
      poison_stored: 0,
      undercut: 0,
    });
    expect({ queued, dead, dropped }).toEqual({ queued: 0, dead: 1, dropped: 0 });
    expect(enqueued).toBe(delivered + dead);
    expect(enqueued).toBeGreaterThanOrEqual(EVENTS);
    expect(run.faults.browser_kills).toBe(1);
    expect(run.faults.server_kills).toBeGreaterThan(0);
    expect(run.faults.worker_stops).toBeGreaterThan(0);
  });
});
