// @vitest-environment jsdom
import { expect, test } from 'vitest';
import { onRewritten, whenShown } from './life.ts';

test('a prerendered document is waited for until it is shown', async () => {
  // No automation protocol lets a browser prerender: the property and the event are those of the specification.
  const document = new DOMParser().parseFromString('<p>x', 'text/html') as Document & { prerendering?: boolean };
  document.prerendering = true;
  const order: string[] = [];
  const shown = whenShown(document).then(() => order.push('told'));
  await Promise.resolve();
  order.push('shown');
  document.dispatchEvent(new Event('prerenderingchange'));
  await shown;
  expect(order).toEqual(['shown', 'told']);
  document.prerendering = false;
  await whenShown(document);
});

test('a document that was written anew is noticed, once, and other changes are not', async () => {
  const page = new DOMParser().parseFromString('<p>x', 'text/html');
  let rewritten = 0;
  onRewritten(page, () => {
    rewritten += 1;
  });
  page.body.append('more');
  page.append(page.createComment('c'));
  await Promise.resolve();
  expect(rewritten).toBe(0);
  page.replaceChild(page.createElement('html'), page.documentElement);
  await Promise.resolve();
  expect(rewritten).toBe(1);
});
