import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Lab {
  readonly origin: string;
  close(): Promise<void>;
}

/** Serves pages of our own by path, for what no real application does on demand. */
export async function serveLab(pages: Readonly<Record<string, string>>): Promise<Lab> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const body = pages[pathname];
    response.writeHead(body === undefined ? 404 : 200, { 'content-type': 'text/html; charset=utf-8' });
    response.end(body ?? 'Not found');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export const CAPTURE_PAGES = {
  '/app': `<!doctype html><title>Lab</title>
<h1>Lab</h1>
<button id="push" onclick="history.pushState({}, '', '/app/items/4711?token=canary-query')">Open item</button>
<button id="hash" onclick="location.hash = 'details'">Details</button>
<button id="throws" onclick="throw new Error('Cannot save for ada.lovelace@example.org')">Save</button>
<button id="rejects" onclick="Promise.reject(new Error('Late failure'))">Later</button>
<form id="form" onsubmit="event.preventDefault()"><label>Note <input id="note"></label><button id="send">Send</button></form>
<label>Secret <input id="password" type="password"></label>
<div id="editor" contenteditable="true" aria-label="Editor"></div>
<div id="box" style="height:100px;overflow:auto" tabindex="0" aria-label="Log"><div style="height:2000px">x</div></div>
<iframe id="frame" src="/frame" title="Frame" style="width:300px;height:80px"></iframe>
<a id="leave" href="/next">Next page</a>
<div id="host"></div>
<script>
  document.getElementById('host').attachShadow({ mode: 'open' }).innerHTML = '<button id="inner">In the shadow</button>';
</script>`,
  '/frame': '<!doctype html><title>Frame</title><button id="framed" onclick="this.dataset.done=1">Inside</button>',
  '/next': '<!doctype html><title>Next</title><h1>Next</h1>',
  '/never': '<!doctype html><title>Never</title><button id="b">Secret place</button>',
} as const;
