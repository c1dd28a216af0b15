import { serveLoopback } from '../../server/testing/serve_loopback.ts';

const SHOP = `<!doctype html><title>Shop</title><h1>Shop</h1>
<button id="more" onclick="document.getElementById('text').hidden = false">Show details</button><p id="text" hidden>Details</p>
<a id="prices" href="/prices">Prices</a>
<button id="fetching" onclick="fetch('/data')">Show rest</button>
<button id="tab" onclick="history.pushState({}, '', '/shop?tab=2')">Second part</button>
<form method="post" action="/orders/4711?token=canary"><button id="send">Go on</button></form>
<button id="ask" onclick="document.getElementById('sure').hidden = false">Old list</button>
<div id="sure" role="alertdialog" aria-label="Sure" hidden>
  <form method="post" action="/lists/4711"><input type="hidden" name="_method" value="delete"><button id="yes">Yes</button></form>
</div>`;

/** The control comes with the server's answer. */
const LATE = `<!doctype html><title>Late</title><h1>Late</h1><main></main><script>
  fetch('/delayed').then(() => {
    document.querySelector('main').innerHTML = '<button id="late">Next part</button>';
  });
</script>`;

export interface KindsApp {
  readonly origin: string;
  /** What the server took for each answer to `/delayed` so far, in ms. */
  readonly delays: readonly number[];
  close(): Promise<void>;
}

/** Pages with a control of each class, and one whose control comes late; `delay` makes the times, in ms. */
export async function serveKinds(delay: () => number): Promise<KindsApp> {
  const delays: number[] = [];
  const pages: Readonly<Record<string, string>> = { '/shop': SHOP, '/late': LATE };
  const served = await serveLoopback((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const answer = (): void => {
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
      response.end(pages[pathname] ?? '<!doctype html><title>Done</title><h1>Done</h1>');
    };
    if (pathname !== '/delayed') {
      answer();
      return;
    }
    const ms = delay();
    delays.push(ms);
    setTimeout(answer, ms);
  });
  return {
    origin: served.origin,
    delays,
    close: served.close,
  };
}
