// @vitest-environment jsdom
import { expect, test } from 'vitest';
import { maskedRects, maskedRectsSteps, type Rect } from '../../shared/privacy/masked-rects.ts';
import { coverPage } from './cover_page.ts';

/** A clock that goes on by one ms whenever it is read. */
const ticking = (): (() => number) => {
  let ms = 0;
  return () => {
    ms += 1;
    return ms;
  };
};

/** jsdom draws nothing: every text and element is where its number among all boxes asked for says. */
function page(): Document {
  document.body.innerHTML = '<p>One</p><p data-private>Two</p>'.repeat(40);
  const at = (element: Element): DOMRect[] => {
    const top = [...document.body.children].indexOf(element);
    return [new DOMRectLike(0, top, 10, 1) as DOMRect];
  };
  Element.prototype.getClientRects = function () {
    return at(this) as unknown as DOMRectList;
  };
  Range.prototype.getClientRects = function () {
    return at(this.startContainer.parentElement!) as unknown as DOMRectList;
  };
  return document;
}
class DOMRectLike {
  constructor(
    readonly left: number,
    readonly top: number,
    readonly width: number,
    readonly height: number,
  ) {}
}

const rows = (rects: readonly Rect[]): readonly number[] => [...new Set(rects.map(({ y }) => y))];

test('rests again and again, and finds the same as at once', async () => {
  const opened = page();
  let rests = 0;
  const rest = async (): Promise<void> => {
    rests += 1;
  };
  const rects = await coverPage(opened, () => maskedRectsSteps(opened), { now: ticking(), rest });
  expect(rects).toEqual(maskedRects(opened));
  expect(rows(rects)).toHaveLength(40);
  expect(rests).toBeGreaterThan(10);
});

test.each([
  ['changes', () => document.body.prepend('New', document.createElement('hr'))],
  ['scrolls', () => document.body.dispatchEvent(new Event('scroll'))],
])('begins anew when the page %s meanwhile', async (_what, happens) => {
  const opened = page();
  let [rests, begun] = [0, 0];
  const rest = async (): Promise<void> => {
    rests += 1;
    if (rests === 5) happens();
  };
  const cover = () => {
    begun += 1;
    return maskedRectsSteps(opened);
  };
  const rects = await coverPage(opened, cover, { now: ticking(), rest });
  expect(begun).toBe(2);
  expect(rects).toEqual(maskedRects(opened));
});

test('the boxes of a page that never rests are found at once, all of them', async () => {
  const opened = page();
  const rest = async (): Promise<void> => opened.body.prepend(document.createElement('hr'));
  const rects = await coverPage(opened, () => maskedRectsSteps(opened), { now: ticking(), rest });
  expect(rows(rects)).toHaveLength(40);
  expect(rects).toEqual(maskedRects(opened));
});
