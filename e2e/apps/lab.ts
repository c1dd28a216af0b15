import { type Served, serveLoopback } from '../../server/testing/serve_loopback.ts';

export type Lab = Served;

/** Serves pages of our own by path, for what no real application does on demand. */
export function serveLab(pages: Readonly<Record<string, string>>): Promise<Lab> {
  return serveLoopback((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const body = pages[pathname];
    response.writeHead(body === undefined ? 404 : 200, { 'content-type': 'text/html; charset=utf-8' });
    response.end(body ?? 'Not found');
  });
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

const framed = (name: string, handler = ''): string => `<button onclick="${handler}">In frame ${name}</button>`;
const shown =
  '<button id="go" onclick="window.clicked = 1">Go on</button><script>addEventListener("pageshow", (event) => { if (event.persisted) window.restored = true; });</script>';

/** Documents that come about in other ways than by being loaded into a tab, and what hides in closed shadow roots. */
export const DOCUMENTS = {
  '/shadow': `<!doctype html><title>Closed</title><h1>Closed</h1><div id="closed">x</div><script>
  const host = document.getElementById('closed');
  const root = host.attachShadow({ mode: 'closed' });
  root.innerHTML = '<p><button id="inside">Inside</button><button id="scripted">Scripted</button><label>Choice <select><option>a</option><option>b</option></select></label></p>';
  window.inner = { host, inside: root.getElementById('inside'), scripted: root.getElementById('scripted'), choice: root.querySelector('select'), clicked: 0,
    place() { const { left, top } = this.inside.getBoundingClientRect(); return [left + 5, top + 5]; } };
  inner.inside.addEventListener('click', () => { inner.clicked += 1; });
</script>`,
  '/frames': `<!doctype html><title>Frames</title><h1>Frames</h1>
<iframe id="srcdoc" srcdoc='${framed('srcdoc')}'></iframe><iframe id="written"></iframe>
<iframe id="outer" src="/outer"></iframe><iframe id="gone" src="/gone"></iframe>
<script>
  setTimeout(() => {
    const { contentDocument } = document.getElementById('written');
    contentDocument.open();
    contentDocument.write(${JSON.stringify(framed('written'))});
    contentDocument.close();
  }, 500);
  const documentIn = (name) => name === 'nested'
    ? document.getElementById('outer').contentDocument.getElementById('nested').contentDocument
    : document.getElementById(name).contentDocument;
  window.clickIn = (name) => { documentIn(name).querySelector('button').click(); };
</script>`,
  '/outer': '<!doctype html><title>Outer</title><iframe id="nested" src="/nested"></iframe>',
  '/nested': `<!doctype html><title>Nested</title>${framed('nested')}`,
  '/gone': `<!doctype html><title>Gone</title>${framed('gone', 'frameElement.remove()')}`,
  '/first': `<!doctype html><title>First</title>${shown}`,
  '/second': `<!doctype html><title>Second</title>${shown}`,
} as const;
