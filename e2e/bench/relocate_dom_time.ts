import { serveSite } from '../pairs/site.ts';
import { ordersPage } from './orders_page.ts';
import { percentile, rounded } from './percentile.ts';
import type { Recorded } from './relocate_dom_page.ts';
import { targetOf } from './relocate_dom_run.ts';
import type { Tabs } from './relocate_dom_tabs.ts';

/** Rows of a page of about 12,000 elements, and controls of it that are looked for. */
const ROWS = 995;
const CONTROLS = 60;

/** Times in ms on a page of 12,000 elements; a second version of the page has one level and one row more. */
export async function timedOnLargePage(tabs: Tabs, code: string) {
  const pages = { '/index.html': ordersPage(ROWS), '/new.html': ordersPage(ROWS + 1).replace('<main>', '<main><div>') };
  const site = await serveSite({ folders: [], pages });
  const tab = await tabs.newTab();
  const open = async (path: string): Promise<void> => {
    await tab.goto(site.origin + path);
    await tab.inject(code);
  };
  const p95 = (times: readonly number[]): number => rounded(percentile(times, 0.95));
  try {
    await open('/');
    const signed = await tab.evaluate<Omit<Recorded, 'peers'>[]>(`RelocateDom.signSome(${CONTROLS})`);
    await open('/new.html');
    const targets = signed.flatMap(({ signature }) => targetOf(signature) ?? []);
    return {
      nodes_large: await tab.evaluate<number>('RelocateDom.nodes()'),
      ms_sign_large_p95: p95(signed.map(({ sign_ms }) => sign_ms)),
      ms_resolve_large_p95: p95(await tab.evaluate<number[]>(`RelocateDom.timeLooking(${JSON.stringify(targets)})`)),
    };
  } finally {
    await tab.close();
    await site.close();
  }
}
