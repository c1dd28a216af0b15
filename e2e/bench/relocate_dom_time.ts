import { serveSite } from '../pairs/site.ts';
import { medians } from './capture_figures.ts';
import { ordersPage } from './orders_page.ts';
import { median, percentile, rounded } from './percentile.ts';
import type { Recorded } from './relocate_dom_page.ts';
import { targetOf } from './relocate_dom_run.ts';
import type { Tabs } from './relocate_dom_tabs.ts';

/** Rows of a page of about 12,000 elements, and controls of it that are looked for. */
const ROWS = 995;
const CONTROLS = 60;
/** Fresh loads of each page: what takes long in one of them only was the machine's other work. */
const LOADS = 3;

/**
 * Times in ms on a page of 12,000 elements; a second version of the page has one level and one row more. Signing is measured as the
 * product signs, on a page that the recorder has prepared, and for the first on one that it has not; nothing prepares a page for looking.
 */
export async function timedOnLargePage(tabs: Tabs, code: string) {
  const pages = { '/index.html': ordersPage(ROWS), '/new.html': ordersPage(ROWS + 1).replace('<main>', '<main><div>') };
  const site = await serveSite({ folders: [], pages });
  type Evaluate = <T>(expression: string) => Promise<T>;
  const on = async <T>(path: string, work: (evaluate: Evaluate) => Promise<T>): Promise<T> => {
    const tab = await tabs.newTab();
    try {
      await tab.goto(site.origin + path);
      await tab.inject(code);
      return await work((expression) => tab.evaluate(`RelocateDom.${expression}`));
    } finally {
      await tab.close();
    }
  };
  const sign_first: number[] = [];
  const sign: number[][] = [];
  const resolve_first: number[] = [];
  const resolve: number[][] = [];
  let nodes = 0;
  const p95 = (times: readonly number[]): number => rounded(percentile(times, 0.95));
  try {
    for (let load = 0; load < LOADS; load += 1) {
      sign_first.push(await on('/', (evaluate) => evaluate<number>(`signFirst(${CONTROLS})`)));
      const signed = await on('/', async (evaluate) => {
        await evaluate('prepare()');
        return evaluate<Omit<Recorded, 'peers'>[]>(`signSome(${CONTROLS})`);
      });
      sign.push(signed.map(({ sign_ms }) => sign_ms));
      const targets = signed.flatMap(({ signature }) => targetOf(signature) ?? []);
      await on('/new.html', async (evaluate) => {
        nodes = await evaluate<number>('nodes()');
        resolve_first.push(await evaluate<number>(`lookFirst(${JSON.stringify(targets[1])})`));
        resolve.push(await evaluate<number[]>(`timeLooking(${JSON.stringify(targets)})`));
      });
    }
    return {
      nodes_large: nodes,
      ms_sign_large_first_unprepared: rounded(median(sign_first)),
      ms_sign_large_p95: p95(sign.flat()),
      ms_sign_large_p95_of_medians: p95(medians(sign)),
      ms_resolve_large_first: rounded(median(resolve_first)),
      ms_resolve_large_p95: p95(resolve.flat()),
      ms_resolve_large_p95_of_medians: p95(medians(resolve)),
    };
  } finally {
    await site.close();
  }
}
