// @vitest-environment jsdom
import { expect, test } from 'vitest';
import { createMasking } from '../privacy/masking.ts';
import { remembering } from './context.ts';

test('what is remembered of a strict page is what is masked, not only what carries a mark', () => {
  document.body.innerHTML = '<main><p>Balance</p><p class="ok">Help <b>now</b></p></main>';
  const { masked } = createMasking({ strict: true, allow: ['.ok'], block: [] }, document);
  const remembered = remembering({ masked });
  for (const _ of ['first', 'again'])
    for (const element of document.querySelectorAll('*'))
      expect(remembered.masked(element), element.outerHTML).toBe(element.closest('.ok') === null);
});
