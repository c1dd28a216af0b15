import type { Page, Selectors } from '@playwright/test';
import { v4 as uuidv4 } from 'uuid';
import type { RunStatus } from '../../../shared/protocol/schema.ts';
import { createActor } from './actor.ts';
import { type Delivery, openDelivery } from './delivery.ts';
import { type Identities, type Named, openIdentities } from './identities.ts';
import { type Actor, instrument } from './instrument.ts';
import type { Settings } from './options.ts';
import { registerEngine } from './register_engine.ts';
import type { Healing } from './report.ts';
import { createRun } from './run.ts';

/** What the tests of one process share. */
export interface Shared {
  readonly settings: Settings;
  readonly identities: Identities;
  readonly delivery: Delivery | undefined;
  readonly session_id: string;
}

export async function openShared(settings: Settings, selectors: Selectors): Promise<Shared> {
  await registerEngine(selectors);
  return {
    settings,
    identities: await openIdentities(settings.identities),
    delivery: settings.endpoint && (await openDelivery(settings.dir, settings.endpoint)),
    session_id: uuidv4(),
  };
}

export interface Attachment {
  readonly step: Actor['step'];
  readonly timeLeft: () => number;
  readonly actionTimeout: number;
  readonly baseUrl: string | undefined;
  readonly testIds: readonly string[];
  readonly report: (healing: Healing) => Promise<void>;
}

/** Records a run on a page and on all that its context opens. */
export function attach(page: Page, { settings, identities, delivery, session_id }: Shared, attachment: Attachment) {
  const now = Date.now;
  const run = createRun({
    client: delivery?.client,
    session_id,
    instance_id: delivery?.instance_id ?? session_id,
    now,
  });
  const keys = { local: identities.textKey, ...(delivery?.textKey && { project: delivery.textKey }) };
  const named: Named[] = [];
  const tabs = new WeakMap<Page, string>();
  let pages = 0;
  const tabOf = (one: Page): string => {
    const known = tabs.get(one);
    if (known) return known;
    pages += 1;
    tabs.set(one, String(pages));
    return String(pages);
  };
  const { baseUrl, testIds } = attachment;
  const actor = createActor({
    ...attachment,
    settings,
    run,
    keys,
    sources: {
      identities,
      api: delivery?.api,
      keys,
      testIds,
      typed: run.typedForms,
      baseUrl,
      run_id: run.run_id,
    },
    tabOf,
    now,
    named: (one) => named.push(one),
  });
  const stops: (() => void)[] = [];
  const onPage = (opened: Page): void => {
    stops.push(instrument(opened, actor));
  };
  const context = page.context();
  for (const opened of new Set([page, ...context.pages()])) onPage(opened);
  context.on('page', onPage);
  return {
    run_id: run.run_id,
    event: run.event,
    /** Ends the run; what locators named is kept only of one that completed. */
    async end(status: Exclude<RunStatus, 'running'>): Promise<void> {
      context.off('page', onPage);
      for (const stop of stops) stop();
      await run.end(status);
      if (status === 'completed') await identities.keep(named);
    },
  };
}
