// @vitest-environment jsdom
import { expect, test } from 'vitest';
import type { SignatureContext } from './context.ts';
import { signElement } from './element.ts';
import { parseHashKey } from './hash.ts';
import { type Resolution, resolve, type Target } from './resolve.ts';

const ctx: SignatureContext = {
  key: parseHashKey('00112233445566778899aabbccddeeff'),
  scrub: (text) => text,
  masked: () => false,
};

/** Records the element `[x]` of the first page, and looks for it on the second; its outcome, or the id of what was found. */
function relocate(before: string, after: string): string {
  document.body.innerHTML = before;
  const element = document.querySelector('[x]');
  if (!element) throw new Error('no element [x]');
  element.removeAttribute('x');
  const { identity, candidates = [] } = signElement(element, ctx);
  const best = candidates.find(({ matches }) => matches === 1);
  if (!identity || !best) throw new Error('no unique selector');
  const target: Target = { selector: best.selector, kind: best.kind, alternatives: candidates, identity };
  document.body.innerHTML = after;
  const found: Resolution = resolve(target, document, ctx);
  return found.outcome === 'found' ? `found ${found.element.getAttribute('y')} by ${found.found_by}` : found.outcome;
}

test.each([
  [
    'a wrapper and a new class',
    '<main><button x class="a">Save</button></main>',
    '<main><div><button y=1 class="b">Save</button></div></main>',
    'found 1 by text',
  ],
  [
    'renamed under its test id',
    '<button x data-testid="mute">Mute</button>',
    '<button y=1 data-testid="mute">Unmute</button>',
    'found 1 by test_id',
  ],
  [
    'another tag of the same role',
    '<button x>Save</button>',
    '<div y=1 role="button" tabindex="0">Save</div>',
    'found 1 by text',
  ],
  [
    'its id went to another control',
    '<button x id="go">Save</button><button>Delete</button>',
    '<button y=1>Save</button><a id="go" href="/">Delete</a>',
    'found 1 by role_name',
  ],
  ['gone', '<button x>Save</button><button>Delete</button>', '<button>Delete</button>', 'not_found'],
  [
    'another control at its place',
    '<main><button x class="go">Buy 3 now</button></main>',
    '<main><button class="go">Sell 4 later</button></main>',
    'identity_mismatch',
  ],
  ['the field became a checkbox', '<input x id="agree">', '<input type="checkbox" id="agree">', 'identity_mismatch'],
  [
    'gone, and a link of the same name stays',
    '<main><button x>Sign up</button></main><footer><a href="/join">Sign up</a></footer>',
    '<main></main><footer><a href="/join">Sign up</a></footer>',
    'not_found',
  ],
  [
    'gone, and another control has the id that both had',
    '<button x id="go" class="a">Save</button><button id="go">Save now</button>',
    '<button id="go">Save now</button>',
    'not_found',
  ],
  [
    'all its selectors are gone',
    '<nav><a x id="join" href="/join">Join us today</a><a href="/news">News</a></nav>',
    '<header><nav><ul><li><a href="/news">News</a><li><a y=3 href="/join">Join us</a></ul></nav></header>',
    'found 3 by attribute',
  ],
  [
    'a count more in its name',
    '<nav><a href="/">Home</a><button x>Messages (3)</button><a href="/help">Help</a></nav>',
    '<nav><a href="/">Home</a><div><button y=4>Messages (14)</button></div><a href="/help">Help</a></nav>',
    'found 4 by role_name',
  ],
  [
    'a word less in its name, and no selector that still leads to it',
    '<form><h2>Order</h2><p>Paid at once <button x id="f1-send">Send my order now</button></p><button>Cancel</button></form>',
    '<form><h2>Order</h2><p>Paid at once <button>Send order now</button></p><button>Cancel</button></form>',
    'not_found',
  ],
  [
    'gone, and one of the same words stays',
    '<p>Your account <button x id="f1-go">Log in</button></p><p>Our forum <button>Log in!</button></p>',
    '<p>Your account</p><p>Our forum <button>Log in!</button></p>',
    'not_found',
  ],
  [
    'one of several choices is gone',
    '<label><input x type="radio" name="size">Small one</label><label><input type="radio" name="size">Large one</label>',
    '<label><input type="radio" name="size">Large one</label>',
    'not_found',
  ],
  ['a twin came', '<button x>Edit</button>', '<button>Edit</button><button>Edit</button>', 'ambiguous'],
  [
    'one of two rows, told by what stands in it',
    '<ul><li>Rome <button>Edit</button></li><li class="b">Oslo <button x>Edit</button></li></ul>',
    '<ul><li>Bonn <button>Edit</button></li><li>Rome <button>Edit</button></li><li class="b">Oslo <button y=2>Edit</button></li></ul>',
    'found 2 by identity',
  ],
  [
    'one of two rows that changed places, with another one in between',
    '<ul><li>Rome <button>Edit</button></li><li class="b">Oslo <button x>Edit</button></li></ul>',
    '<ul><li>Oslo <button>Edit</button></li><li class="b">Rome <button>Edit</button></li><li>Bonn <button>Edit</button></li></ul>',
    'ambiguous',
  ],
  [
    'the row is gone',
    '<ul><li>Rome <button>Edit</button></li><li>Oslo <button x>Edit</button></li></ul>',
    '<ul><li>Rome <button>Edit</button></li></ul>',
    'ambiguous',
  ],
])('%s', (_what, before, after, outcome) => {
  expect(relocate(before, after)).toBe(outcome);
});

test('the fingerprint of a control is that of the control in another state of its page', () => {
  const hash = (body: string): string => {
    document.body.innerHTML = body;
    return signElement(document.querySelector('[data-testid]') as Element, ctx).attr_fingerprint_hash;
  };
  expect(hash('<button data-testid="save">Save</button>')).toBe(
    hash('<main><p>More</p><button class="x" disabled data-testid="save"><b>Save</b></button></main>'),
  );
  expect(hash('<button data-testid="save">Save</button>')).not.toBe(hash('<button data-testid="save">Drop</button>'));
});
