/** Every property that nodes, elements and forms have: a control of a form by such a name hides the form's own. */
const CLOBBERED = `(() => {
  const names = new Set();
  for (const { prototype } of [Node, Element, HTMLElement, HTMLFormElement, EventTarget])
    for (const name of Object.getOwnPropertyNames(prototype)) names.add(name);
  return [...names];
})()`;

/** What the button does, and what it must have done though the page is watched. */
const BUTTON = '<button id="go" type="button" onclick="window.clicked = (window.clicked ?? 0) + 1">Go on</button>';

const page = (body: string, script = ''): string =>
  `<!doctype html><html lang="en"><head><title>Hostile</title></head><body>${body}<script>${script}</script></body></html>`;

/** Pages that cost a careless reader its time, its stack or its sanity. Each has a button `#go` that counts into `window.clicked`. */
export const HOSTILE_PAGES: Readonly<Record<string, string>> = {
  /** A form whose controls are called like properties of the DOM; some stand before it and lead in circles. */
  clobbered: page(
    `<h2>Order</h2><div id="circle"></div><form id="f"><fieldset><legend>Pay</legend>${BUTTON}</fieldset></form>`,
    `const form = document.getElementById('f'), circle = document.getElementById('circle');
    for (const name of ${CLOBBERED}) {
      const input = document.createElement('input');
      input.setAttribute('name', name);
      if (/Sibling/.test(name)) { input.setAttribute('form', 'f'); circle.append(input); } else document.body.querySelector('fieldset').append(input);
    }`,
  ),
  /** The button owns what owns it, and what owns everything twice over. */
  owning: page(
    `<div id="a" aria-owns="go n0"><button id="go" type="button" aria-owns="b n0 m0" onclick="window.clicked = (window.clicked ?? 0) + 1">Go on</button></div>
    <i id="b" aria-owns="go b a">B</i>
    ${Array.from({ length: 60 }, (_, n) => `<i id="n${n}" aria-owns="n${n + 1} m${n + 1}">n</i><i id="m${n}" aria-owns="n${n + 1} m${n + 1}">m</i>`).join('')}`,
  ),
  /** The same for the document: images and forms called like its properties. */
  clobbered_document: page(
    `${BUTTON}<div id="names"></div>`,
    `const names = new Set();
    for (const { prototype } of [Node, Document, EventTarget]) for (const name of Object.getOwnPropertyNames(prototype)) names.add(name);
    const place = document.getElementById('names');
    const make = document.createElement.bind(document);
    for (const name of names) { const image = make('img'); image.setAttribute('name', name); place.append(image); }`,
  ),
  /** The page's own getters throw, and its prototypes answer nonsense. */
  throwing: page(
    `<form id="f">${BUTTON}</form>`,
    `const fail = () => { throw new Error('no'); };
    for (const name of ['title', 'forms', 'body', 'activeElement']) Object.defineProperty(document, name, { get: fail });
    for (const name of ['parentNode', 'textContent', 'firstChild']) Object.defineProperty(Node.prototype, name, { get: fail });
    for (const name of ['matches', 'closest', 'getAttribute', 'querySelectorAll']) Element.prototype[name] = fail;
    Array.prototype.map = fail; Map.prototype.get = fail; JSON.stringify = fail; Function.prototype.call = fail;
    class Odd extends HTMLElement { get id() { throw new Error('no'); } get shadowRoot() { throw new Error('no'); } }
    customElements.define('odd-one', Odd);
    document.getElementById('f').append(document.createElement('odd-one'));`,
  ),
  nodes_100000: page(
    `<main><table id="t"></table>${BUTTON}</main>`,
    `const rows = [];
    for (let n = 0; n < 14280; n += 1)
      rows.push('<tr><td><input id="c' + n + '"></td><td><a href="/o/' + n + '">Order</a></td><td><button>Edit</button></td></tr>');
    document.getElementById('t').innerHTML = rows.join('');`,
  ),
  nodes_100000_divs: page(
    `<main id="m"></main>`,
    `document.getElementById('m').innerHTML = '<div>Go on</div>'.repeat(99990) + '<div id="go" onclick="window.clicked = (window.clicked ?? 0) + 1">Go on</div>';`,
  ),
  text_10mb: page(
    `<section id="s" role="group"><p id="p" hidden></p>${BUTTON}<button id="long" hidden></button></section>`,
    `document.getElementById('p').append('word Go on 4111 1111 '.repeat(500000));
    document.getElementById('long').append('Go on '.repeat(1700000));`,
  ),
  text_10mb_deep: page(
    '<div id="d"></div>',
    `let at = document.getElementById('d');
    for (let n = 0; n < 2000; n += 1) { const div = document.createElement('div'); at.append(div); at = div; }
    const go = document.createElement('div'); go.id = 'go'; go.textContent = 'Go on';
    go.onclick = () => { window.clicked = (window.clicked ?? 0) + 1; };
    const long = document.createElement('i'); long.hidden = true; long.textContent = 'word '.repeat(2000000);
    at.append(go, long);`,
  ),
  shadow_roots_10000: page(
    `<div id="d"></div>${BUTTON}`,
    `const d = document.getElementById('d');
    for (let n = 0; n < 10000; n += 1) {
      const host = document.createElement('x-item');
      host.attachShadow({ mode: 'open' }).innerHTML = '<button>Item</button><span>x</span>';
      d.append(host);
    }`,
  ),
  shadow_roots_nested: page(
    `<div id="d"></div>${BUTTON}`,
    `let at = document.getElementById('d');
    for (let n = 0; n < 1000; n += 1) {
      const host = document.createElement('div');
      at.append(host);
      at = host.attachShadow({ mode: 'open' });
    }`,
  ),
  /** Not shown: at this depth Chromium's own layout ends the page. */
  nested_5000: page(
    '<div id="d" hidden></div>',
    `let at = document.getElementById('d');
    for (let n = 0; n < 5000; n += 1) { const inner = document.createElement(n % 7 ? 'div' : 'section'); at.append(inner); at = inner; }
    at.innerHTML = ${JSON.stringify(BUTTON)};`,
  ),
  attributes_1mb: page(
    `<div id="d">${BUTTON}</div>`,
    `const go = document.getElementById('go'), huge = 'word '.repeat(200000);
    for (const name of ['class', 'aria-label', 'aria-labelledby', 'title', 'role', 'data-testid', 'name']) go.setAttribute(name, huge);
    const d = document.getElementById('d');
    for (const name of ['class', 'id', 'role', 'aria-label']) d.setAttribute(name, huge);`,
  ),
};

/** A page that, once `#go` is clicked, tells its own elements of 20,000 events. */
export const EVENT_STORM = page(
  `<form id="f"><input id="i"><select id="s"><option>1</option></select>${BUTTON}</form>`,
  `document.getElementById('go').addEventListener('click', ({ isTrusted }) => {
    if (!isTrusted) return;
    window.heard = 0;
    const i = document.getElementById('i');
    const count = () => { window.heard += 1; };
    for (const type of ['click', 'input', 'scroll']) i.addEventListener(type, count);
    let n = 0;
    const some = () => {
      const until = n + 2500;
      for (; n < until; n += 1) {
        i.value = 'text ' + n;
        i.dispatchEvent(new MouseEvent('click', { bubbles: true, composed: true }));
        i.dispatchEvent(new InputEvent('input', { bubbles: true, composed: true }));
        i.dispatchEvent(new Event('scroll'));
        if (n % 100 === 0) reportError(new Error('No ' + n));
      }
      if (n < 25_000) setTimeout(some);
      else window.over = performance.now() - begun;
    };
    const begun = performance.now();
    some();
  });`,
);

/** A page that changes 10,000 times a second, in its nodes, its address and its title. */
export const MUTATION_STORM = page(
  `<div id="d"></div>${BUTTON}`,
  `const d = document.getElementById('d');
  let n = 0;
  setInterval(() => {
    for (let k = 0; k < 100; k += 1) { d.append(document.createElement('i')); if (d.childNodes.length > 500) d.firstChild.remove(); }
    n += 1;
    if (n % 20 === 0) { try { history.replaceState({}, '', '?n=' + n); } catch {} document.title = 'Hostile ' + n; }
  }, 10);`,
);
