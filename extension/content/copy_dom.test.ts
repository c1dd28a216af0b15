// @vitest-environment jsdom
import { expect, test } from 'vitest';
import { masked } from '../../shared/privacy/masked.ts';
import { serialiseDom, serialiseDomSteps } from '../../shared/privacy/serialise-dom.ts';
import { copyDom } from './copy_dom.ts';

const options = { scrub: (text: string) => text, masked, maxBytes: 10_000_000 };
/** A clock that goes on by one ms whenever it is read. */
const ticking = (): (() => number) => {
  let ms = 0;
  return () => {
    ms += 1;
    return ms;
  };
};

function page(): Document {
  document.body.innerHTML = '<p>One</p><!--c-->'.repeat(200);
  return document;
}

test('rests again and again, and copies the same as at once', async () => {
  const opened = page();
  let rests = 0;
  const rest = async (): Promise<void> => {
    rests += 1;
  };
  const copy = await copyDom(opened, () => serialiseDomSteps(opened, options), { now: ticking(), rest });
  expect(copy).toBe(serialiseDom(opened, options));
  expect(rests).toBeGreaterThan(50);
});

test('begins anew when the page changes meanwhile', async () => {
  const opened = page();
  let rests = 0;
  const rest = async (): Promise<void> => {
    rests += 1;
    if (rests === 5) opened.body.prepend('New');
  };
  const copy = await copyDom(opened, () => serialiseDomSteps(opened, options), { now: ticking(), rest });
  expect(copy).toContain('<body>New<p>');
  expect(copy).toBe(serialiseDom(opened, options));
});

test('a page that never rests is copied as far as one slice goes', async () => {
  const opened = page();
  const rest = async (): Promise<void> => opened.body.prepend('New');
  const copy = await copyDom(opened, () => serialiseDomSteps(opened, options), { now: ticking(), rest });
  expect(copy.endsWith('<!--cut-->')).toBe(true);
  expect(copy.length).toBeLessThan(400);
});

test('what is masked during a rest is masked in what is copied after it', async () => {
  const opened = page();
  opened.body.lastElementChild!.textContent = 'Late';
  let hidden = false;
  const rest = async (): Promise<void> => {
    if (!hidden) opened.body.setAttribute('data-private', '');
    hidden = true;
  };
  const copy = await copyDom(opened, () => serialiseDomSteps(opened, options), { now: ticking(), rest });
  expect(copy).not.toContain('Late');
});
