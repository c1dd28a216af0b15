/** Secrets by the place that they are seeded in. Each is unique, so that one found says where it got through. */
export const CANARIES = {
  // By what they are, in places that are read.
  'e-mail in the title': 'plover-title@example.org',
  'e-mail in aria-label': 'plover-label@example.org',
  'e-mail in a title attribute': 'plover-tip@example.org',
  'e-mail in a placeholder': 'plover-placeholder@example.org',
  'e-mail in alt': 'plover-alt@example.org',
  'e-mail in a test id': 'plover-testid@example.org',
  'e-mail in an id': 'plover-id@example.org',
  'e-mail in text': 'plover-text@example.org',
  'e-mail in the path': 'plover-path@example.org',
  'e-mail in a link': 'plover-link@example.org',
  'e-mail in the canonical link': 'plover-canonical@example.org',
  'e-mail in an error': 'plover-error@example.org',
  'e-mail in a rejection': 'plover-rejection@example.org',
  'card in text': '5500 0055 5555 5559',
  'IBAN in a name': 'GB29 NWBK 6016 1331 9268 19',
  'SSN in a name': '219-09-9999',
  'phone in a name': '+49 171 5550123',
  'IP in text': '203.0.113.77',
  'token in text': 'eyJhbGciOiJIUzI1NiJ9.eyJwbG92ZXIiOjF9.cGxvdmVy',
  'person in a name': 'Marguerite Castellanos',
  'address in a name': '77 Turnstone Street',
  'birth date in text': '17 March 1961',
  'national id in text': '529.982.247-25',
  // By where they stand.
  'value of a field': 'redshank-value',
  'hidden field': 'redshank-hidden',
  textarea: 'redshank-textarea',
  'data attribute': 'redshank-data',
  query: 'redshank-query',
  fragment: 'redshank-fragment',
  script: 'redshank-script',
  comment: 'redshank-comment',
  handler: 'redshank-handler',
  style: 'redshank-style',
  'data-private': 'redshank-private',
  'name inside data-private': 'redshank-inside',
  'rr-block': 'redshank-rrweb',
  'sentry-mask': 'redshank-sentry',
  'data-dd-privacy': 'redshank-datadog',
  'fs-exclude': 'redshank-fullstory',
  'attribute of a password field': 'redshank-password',
  // By being typed.
  'typed and echoed': 'Sandpiper Quillon-88',
  'typed password': 'Dunlin!Harbinger19',
  'typed one-time code': '730194',
  'typed into an editor': 'Godwit Lanternfish',
} as const;

export type Place = keyof typeof CANARIES;
const C = CANARIES;

/** Colours of what must be painted over, and one that must be seen: nothing else on the page is as vivid. */
export const COLOURS = { masked: '#ff00ff', personal: '#ff0000', echoed: '#00ffff', seen: '#00ff00' } as const;
const block = (colour: string): string => `background:${colour};color:${colour};display:block;width:220px;height:40px`;
const inline = (colour: string): string => `background:${colour};color:${colour};font:30px monospace`;

const START = `<!doctype html><title>Inbox of ${C['e-mail in the title']}</title>
<link rel="canonical" href="/inbox/${C['e-mail in the canonical link']}">
<style>.x::after { content: '${C.style}' }</style>
<main>
<div style="${block(COLOURS.seen)}">Seen</div>
<div data-private style="${block(COLOURS.masked)}">${C['data-private']} <button id="inside" title="${C['name inside data-private']}">x</button></div>
<p><span style="${inline(COLOURS.personal)}">${C['e-mail in text']}</span></p>
<p><span id="echo" style="${inline(COLOURS.echoed)}"></span></p>
<button id="label" aria-label="Write to ${C['e-mail in aria-label']}">Write</button>
<button id="tip" title="${C['e-mail in a title attribute']}">Tip</button>
<button data-testid="${C['e-mail in a test id']}">Test</button>
<button id="${C['e-mail in an id']}">Id</button>
<button id="iban">Pay ${C['IBAN in a name']}</button>
<button id="ssn">Show ${C['SSN in a name']}</button>
<button id="phone">Call ${C['phone in a name']}</button>
<button id="person">Write to ${C['person in a name']}</button>
<button id="address">Deliver to ${C['address in a name']}, Springfield, IL 62704</button>
<button id="data" data-customer="${C['data attribute']}" onclick="'${C.handler}'">Data</button>
<p>${C['card in text']} from ${C['IP in text']}, ${C['token in text']}, born on ${C['birth date in text']}, CPF ${C['national id in text']}</p>
<a id="link" href="/people/${C['e-mail in a link']}?q=1" onclick="event.preventDefault()">Profile</a>
<img alt="Face of ${C['e-mail in alt']}" src="data:,">
<label>Name <input id="name" value="${C['value of a field']}" placeholder="${C['e-mail in a placeholder']}"></label>
<input type="hidden" name="csrf" value="${C['hidden field']}">
<textarea id="area">${C.textarea}</textarea>
<div class="rr-block"><button id="rrweb">${C['rr-block']}</button></div>
<div class="sentry-mask"><button id="sentry">${C['sentry-mask']}</button></div>
<div data-dd-privacy="mask"><button id="datadog">${C['data-dd-privacy']}</button></div>
<div class="fs-exclude"><button id="fullstory">${C['fs-exclude']}</button></div>
<label>Search <input id="search"></label>
<button id="go">Find</button> <button id="again">Again</button> <button id="fail">Fail</button>
<label>Password <input id="password" type="password" aria-label="${C['attribute of a password field']}"></label>
<label>Code <input id="code" autocomplete="one-time-code"></label>
<div id="editor" contenteditable="true" aria-label="Note" style="border:1px solid"></div>
<p id="wrong"></p>
<a id="next" href="/next">Next</a>
<!-- ${C.comment} -->
</main>
<script>
  const secret = '${C.script}';
  const by = (id) => document.getElementById(id);
  by('search').addEventListener('input', () => {
    document.title = 'Results for ' + by('search').value;
    by('echo').textContent = by('search').value;
    by('again').setAttribute('aria-label', 'Search again for ' + by('search').value.toUpperCase());
  });
  by('go').onclick = () => history.pushState({}, '', '/find/' + encodeURIComponent(by('search').value) + '?q=x');
  by('fail').onclick = () => {
    Promise.reject(new Error('no letter for ${C['e-mail in a rejection']}'));
    throw new Error('nothing for ' + by('search').value + ' of ${C['e-mail in an error']}');
  };
  for (const id of ['password', 'code', 'editor'])
    by(id).addEventListener('input', () => { by('wrong').textContent = 'Wrong: ' + (by(id).value ?? by(id).textContent); });
</script>`;

/** Another document, whose script never saw the typing. */
const NEXT = `<!doctype html><title>Sorry, ${C['typed and echoed']}</title>
<div style="${block(COLOURS.seen)}">Seen</div>
<p>Nothing for <span style="${inline(COLOURS.echoed)}">${C['typed and echoed']}</span>; ${C['typed password']} is wrong.</p>
<button id="named">Ask ${C['typed and echoed'].toLowerCase()}</button> <button id="throws" onclick="throw new Error('no ${C['typed and echoed']}')">Fail</button>`;

const path = `/inbox/${C['e-mail in the path']}`;
export const CANARY_PAGES: Readonly<Record<string, string>> = { [path]: START, '/next': NEXT };
export const CANARY_URL = `${path}?session=${C.query}#${C.fragment}`;

/** All that is clicked on the first page, where the names and attributes of the control hold canaries. */
export const CLICKED = [
  '#inside',
  '#label',
  '#tip',
  '[data-testid]',
  '[id*="@"]',
  '#iban',
  '#ssn',
  '#phone',
  '#person',
  '#address',
  '#data',
  '#link',
  '#rrweb',
  '#sentry',
  '#datadog',
  '#fullstory',
] as const;
