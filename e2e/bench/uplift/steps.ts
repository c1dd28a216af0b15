import type { ElementHandle, Page } from 'playwright';
import { sleep } from '../../harness/wait.ts';
import type { PairsFile } from '../../pairs/pairs_file.ts';
import type { UpliftTask } from './tasks.ts';

/** How long a script waits for a control that it does not find. */
export const TIMEOUT_MS = 2000;
/** A page counts as loaded once it has not changed for QUIET_MS; one that never stops is used after MOST_MS. */
const QUIET_MS = 500;
const MOST_MS = 8000;
const TYPED = 'Lovelace';

export interface Step {
  /** Number of its pair in the file. */
  readonly at: number;
  readonly label: string;
  readonly does: 'click' | 'type' | 'select';
}

const TYPES = /^(text|email|password|search|textarea|tel|number|url)\b/;

/** The steps of a task by the labels of its page. Throws where a label is none, or ambiguous without its number. */
export function stepsOf({ name, steps }: UpliftTask, { pairs, path }: PairsFile): Step[] {
  return steps.map((step) => {
    const [, label = step, nth = '1'] = /^(.*) \((\d+)\)$/.exec(step) ?? [];
    const named = pairs.flatMap((pair, at) => (pair.label === label || pair.label === step ? [at] : []));
    const at = pairs[named[0] ?? -1]?.label === step ? named[0] : named[Number(nth) - 1];
    if (at === undefined) throw new Error(`${name}: ${path} has no control ${step}`);
    return { at, label: step, does: TYPES.test(label) ? 'type' : label.startsWith('select') ? 'select' : 'click' };
  });
}

/** The last choice of a list that may be chosen. */
const choice = (list: ElementHandle): Promise<string> =>
  list.evaluate((element) => [...(element as HTMLSelectElement).options].findLast((one) => !one.disabled)?.value ?? '');

/** Does a step on an element as a user would. Rejects where that is not possible in time. */
export async function act(page: Page, element: ElementHandle, { does }: Pick<Step, 'does'>): Promise<void> {
  const within = { timeout: TIMEOUT_MS };
  if (does === 'click') return element.click(within);
  if (does === 'select') {
    await element.selectOption(await choice(element), within);
    return;
  }
  await element.focus();
  await page.keyboard.type(TYPED);
  // A field is typed in until it is left.
  await element.evaluate((field) => (field as HTMLElement).blur());
}

/** Opens a page in which a witness stands, and tells it which controls the steps are about. */
export async function openLabelled(
  page: Page,
  url: string,
  xpaths: readonly (string | null)[],
  hide: readonly string[],
): Promise<number[]> {
  await page.goto(url);
  const end = Date.now() + MOST_MS;
  while ((await page.evaluate<number>('Witness.quietMs()')) < QUIET_MS && Date.now() < end) await sleep(50);
  return page.evaluate<number[]>(`Witness.label(${JSON.stringify(xpaths)}, ${JSON.stringify(hide)})`);
}
