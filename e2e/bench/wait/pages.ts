import { setTimeout as after } from 'node:timers/promises';
import { seeded } from '../../../server/testing/seeded.ts';
import { type Served, serveLoopback } from '../../../server/testing/serve_loopback.ts';

interface WaitPage {
  /** Of what the server takes, in ms, from a number from 0 to 1. */
  readonly delay: (share: number) => number;
  /** The control comes with the answer, or is barred until then. */
  readonly control: 'comes' | 'barred';
  /** Asks the server again and again, so that the network never rests. */
  readonly polls?: boolean;
}

/** Longest delay, in ms: a visit must end. */
const MOST_MS = 6000;

export const WAIT_PAGES = {
  even: { delay: (share) => 100 + 700 * share, control: 'comes' },
  /** Four of five answers from a cache. */
  'two-humps': {
    delay: (share) => (share < 0.8 ? 100 + 250 * share : 1500 + 4000 * (share - 0.8)),
    control: 'barred',
  },
  /** Pareto: half within 0.3 s, one of a hundred after 4.3 s. */
  'heavy-tail': { delay: (share) => Math.min(MOST_MS, 200 / (1 - share) ** (1 / 1.5)), control: 'comes' },
  polling: { delay: (share) => 200 + 900 * share, control: 'barred', polls: true },
} satisfies Record<string, WaitPage>;

export type WaitPageName = keyof typeof WAIT_PAGES;
export const WAIT_PAGE_NAMES = Object.keys(WAIT_PAGES) as WaitPageName[];

const POLL_MS = 250;

function html(name: string, { control, polls }: WaitPage): string {
  const button = (attributes: string) => `<button id="go" ${attributes}>Next part</button>`;
  const usable = control === 'comes' ? `main.innerHTML = '${button('')}'` : 'go.disabled = false';
  return `<!doctype html><title>${name}</title><h1>${name}</h1><main>${control === 'barred' ? button('disabled') : ''}</main><script>
const main = document.querySelector('main');
fetch('/data/${name}' + location.search).then((answer) => answer.text()).then(() => { ${usable}; globalThis.usableAt = performance.now() });
${polls ? `setInterval(() => fetch('/poll').then((answer) => answer.text()), ${POLL_MS});` : ''}
</script>`;
}

/** Pages whose control can be used once the server has answered. What it takes follows from the seed and the visit, `?n=`. */
export function serveWaits(seed: number): Promise<Served> {
  return serveLoopback(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    const data = WAIT_PAGE_NAMES.indexOf(pathname.replace('/data/', '') as WaitPageName);
    const page = WAIT_PAGE_NAMES.find((name) => pathname === `/${name}`);
    if (pathname.startsWith('/data/') && data >= 0) {
      const { delay } = WAIT_PAGES[WAIT_PAGE_NAMES[data]!];
      await after(delay(seeded(seed + data * 1_000_003 + Number(searchParams.get('n')))()));
    }
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' });
    response.end(page ? html(page, WAIT_PAGES[page]) : 'done');
  });
}
