// @vitest-environment jsdom
import { expect, test } from 'vitest';
import { createMasking, type MaskingPolicy } from './masking.ts';
import { scrub } from './scrub.ts';
import { serialiseDom } from './serialise-dom.ts';

const HTML =
  '<main><p class="ok">Help <b id="in">now</b> <i data-private>never</i></p><p id="out">Balance <em class="no">12</em></p></main>';
const LENIENT: MaskingPolicy = { strict: false, allow: [], block: [] };

function dom(policy: Partial<MaskingPolicy>): string {
  document.body.innerHTML = HTML;
  const { masked } = createMasking({ ...LENIENT, ...policy }, document);
  return serialiseDom(document, { scrub, masked, maxBytes: 100_000 });
}
const shown = (policy: Partial<MaskingPolicy>): readonly string[] =>
  ['Help', 'now', 'never', 'Balance', '12'].filter((word) => dom(policy).includes(word));

test.each([
  [{}, ['Help', 'now', 'Balance', '12']],
  [{ block: ['.no'] }, ['Help', 'now', 'Balance']],
  [{ block: ['.no', 'p['] }, []],
  [{ strict: true }, []],
  [{ strict: true, allow: ['.ok'] }, ['Help', 'now']],
  [{ strict: true, allow: ['.ok', '!!'] }, ['Help', 'now']],
  [{ strict: true, allow: ['#in'] }, ['now']],
  [{ strict: true, allow: ['main'], block: ['.ok'] }, ['Balance', '12']],
] as const)('%j lets through %j', (policy, words) => {
  expect(shown(policy)).toEqual(words);
});

test('no picture where not everything that is masked has a mark', () => {
  expect(createMasking(LENIENT, document).selector).toContain('[data-private]');
  expect(createMasking({ ...LENIENT, strict: true }, document).selector).toBeUndefined();
  expect(createMasking({ ...LENIENT, block: ['p['] }, document).selector).toBeUndefined();
});
