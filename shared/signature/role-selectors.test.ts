// @vitest-environment jsdom
import { expect, test } from 'vitest';
import { candidates } from './candidates.ts';
import type { ReadContext } from './context.ts';
import { lastingPart } from './role-selectors.ts';

test.each([
  ['Inbox (3)', 'Inbox'],
  ['Messages 12', 'Messages'],
  ['Notifications 99+', 'Notifications'],
  ['Full Name * :', 'Full Name'],
  ['Read more …', 'Read more'],
  ['Save', undefined],
  ['Order 1234567', undefined],
  ['No 7', undefined],
])('what lasts of %j is %j', (name, part) => {
  expect(lastingPart(name)).toBe(part);
});

const ctx: ReadContext = { masked: () => false, keeps: () => true };

/** Selectors of the element `[x]` that name only it, best first. */
function unique(html: string): string[] {
  document.body.innerHTML = html;
  const element = document.querySelector('[x]');
  if (!element) throw new Error('no element [x]');
  element.removeAttribute('x');
  return candidates(element, ctx).flatMap(({ selector, matches }) => (matches === 1 ? selector : []));
}

test('what a developer wrote for machines comes before what is written for people', () => {
  expect(unique('<button x id="save" name="do" title="Keep">Save</button><button>Undo</button>')).toEqual([
    'button[name="do"]',
    '[title="Keep"]',
    '#save',
    'role=button[name="Save"]',
  ]);
});

test('a text comes before role and name, which change when a control becomes a tab', () => {
  expect(unique('<button x>Open</button><button>Close</button>')).toEqual(['text="Open"', 'role=button[name="Open"]']);
});

test('a count in a name is left out', () => {
  expect(unique('<a x href="#m">Mail 3</a><a href="#t">Trash 4</a>')[0]).toBe('role=link[name*="Mail"]');
});

test('of two alike, each is named within its named ancestor', () => {
  const form = (id: string, mark = '') => `<form id="${id}"><button ${mark}>Send</button></form>`;
  expect(unique(form('first') + form('second', 'x'))).toEqual(['#second >> role=button[name="Send"]']);
});

test('of two alike without such an ancestor, each is the n-th of its role and name', () => {
  const section = (mark = '') => `<section><p><button ${mark}>Send</button></p></section>`;
  expect(unique(section() + section('x'))).toEqual(['role=button[name="Send"] >> nth=1']);
});

test('of names that differ in their numbers, each is the n-th with what lasts of them', () => {
  expect(unique('<a href="#1">Level 1</a><a href="#2" x>Level 2</a>')).toEqual(['role=link[name*="Level"] >> nth=1']);
});

test('an ancestor that was named comes before nearer ones with classes', () => {
  const box = (id: string, mark = '') =>
    `<div id="${id}"><p class="tools"><span class="row"><i class="cell"><a ${mark}>7</a></i></span></p></div>`;
  expect(unique(box('left') + box('right', 'x'))).toEqual(['#right a']);
});
