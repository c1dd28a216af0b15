import type { BrowserContext, ElementHandle, Page } from 'playwright';
import type { Status } from '../../../extension/messages.ts';
import { ask, type TestBrowser } from '../../drivers/driver.ts';
import type { RunningServer } from '../../harness/server.ts';
import { sleep, until } from '../../harness/wait.ts';
import type { Find, RecordedControl } from './find.ts';
import type { Ended } from './score.ts';
import type { ServedPage, Version } from './sites.ts';
import { act, openLabelled, type Step } from './steps.ts';

/** A task with its page and its steps. */
export interface Planned {
  readonly name: string;
  readonly page: ServedPage;
  readonly steps: readonly Step[];
}

/** What follows a step on the page, before the next one. */
const BETWEEN_MS = 250;

/** Opens the page of a task and does something at each of its steps. */
async function onSteps<T>(
  context: BrowserContext,
  { name, page: { file, url }, steps }: Planned,
  version: Version,
  work: (page: Page, step: Step, n: number) => Promise<T>,
): Promise<T[]> {
  const page = await context.newPage();
  try {
    const xpaths = steps.map(({ at }) => file.pairs[at]?.[version] ?? null);
    const missing = await openLabelled(page, url, xpaths, file.hide);
    if (missing.length)
      throw new Error(`${name}, ${version}: ${missing.map((at) => steps[at]?.label)} name no element of ${file.path}`);
    const results: T[] = [];
    for (const [n, step] of steps.entries()) {
      await page.evaluate(`Witness.want(${n})`);
      results.push(await work(page, step, n));
      await sleep(BETWEEN_MS);
    }
    return results;
  } finally {
    await page.close();
  }
}

interface StoredCall {
  readonly started_at: string;
  readonly element_signature: RecordedControl | null;
}

async function storedCalls(browser: TestBrowser, server: RunningServer): Promise<StoredCall[]> {
  const { run_id } = await ask<Status>(browser, { type: 'status' });
  await ask(browser, { type: 'set_recording', enabled: false });
  await until('all is delivered', async () => {
    const { delivery } = await ask<Status>(browser, { type: 'flush' });
    return delivery.queued === 0;
  });
  const all: StoredCall[] = [];
  for (let after = -1; ; ) {
    const path = `/v1/runs/${run_id}${after < 0 ? '' : `?after_seq=${after}`}`;
    const { calls } = await server.api<{ calls: (StoredCall & { seq: number })[] }>(path);
    const last = calls.at(-1);
    if (!last) return all;
    all.push(...calls);
    after = last.seq;
  }
}

/** Does all steps on the labelled controls of the old version; answers what was stored of each, in their order. */
export async function recordSteps(
  browser: TestBrowser,
  context: BrowserContext,
  server: RunningServer,
  tasks: readonly Planned[],
): Promise<(RecordedControl | undefined)[][]> {
  const times: (readonly [from: number, to: number])[][] = [];
  const unusable: string[] = [];
  for (const task of tasks)
    times.push(
      await onSteps(context, task, 'old', async (page, step, n) => {
        const from = Date.now();
        const control = (await page.evaluateHandle<Element>(`Witness.control(${n})`)) as ElementHandle;
        const failed = await act(page, control, step).then(
          () => undefined,
          ({ message }: Error) => message,
        );
        const touches = await page.evaluate<boolean[]>('Witness.touched()');
        const reason =
          failed ?? (touches.length && !touches.includes(false) ? undefined : 'another element was touched');
        if (reason) unusable.push(`${task.name}, ${step.label}: ${reason}`);
        return [from, Date.now()] as const;
      }),
    );
  if (unusable.length) throw new Error(`On the old pages cannot be used:\n${unusable.join('\n')}`);
  const calls = await storedCalls(browser, server);
  return times.map((steps) =>
    steps.map(
      ([from, to]) =>
        calls.findLast(({ started_at, element_signature }) => {
          const at = Date.parse(started_at);
          return element_signature !== null && at >= from - 1 && at <= to;
        })?.element_signature ?? undefined,
    ),
  );
}

/** Does the steps of a task on the new version, each by what was recorded of it. */
export const replaySteps = (
  context: BrowserContext,
  task: Planned,
  recorded: readonly (RecordedControl | undefined)[],
  find: Find,
): Promise<Ended[]> =>
  onSteps(context, task, 'new', async (page, step, n) => {
    const started = performance.now();
    const control = recorded[n];
    const failure = control
      ? await find(page, control)
          .then((element) => act(page, element, step))
          .then(
            () => undefined,
            (error: Error) => error.message.split('\n')[0] ?? '',
          )
      : 'it was not recorded';
    const ms = performance.now() - started;
    const touches = await page.evaluate<boolean[]>('Witness.touched()');
    return { touches, ms, ...(failure === undefined ? {} : { reason: failure }) };
  });
