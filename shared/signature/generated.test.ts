import { expect, test } from 'vitest';
import { generated, telling } from './generated.ts';

test.each([
  ':r1:',
  '«r3»',
  ':R2mcm:',
  'ember512',
  'mui-12',
  'radix-:r4:',
  'react-select-2-input',
  'headlessui-menu-button-7',
  'ui-id-3',
  'ext-gen1042',
  'j_idt12',
  'css-1q2w3e',
  'sc-bdVaJa',
  'iUXCtZ',
  'x-48151623',
  'user_20261122',
  '9f86d081',
  '3f2504e0-4f89-11d3-9a0c-0305e82c3301',
  'a b',
  'k'.repeat(65),
  'btn-a1b2c3d4',
])('%s was generated', (value) => {
  expect(generated(value)).toBe(true);
});

test.each([
  'search',
  'save-form',
  'main_nav',
  'loginButton',
  'q',
  'step-2',
  'h1',
  'userEmailAddress',
  'navToURL',
  'fullname',
  'optionsRadios1',
  'demo-form2',
  'row-edit',
  'tab3',
  'nav',
  'deadbeef-cafe'.slice(9),
])('%s was written', (value) => {
  expect(generated(value)).toBe(false);
});

test.each(['active', 'mt-4', 'hover:bg-red', 'w-1/2', 'Button_root__x7Gh2', 'css-1q2w3e', 'is-open', 'flex'])(
  'class %s tells nothing',
  (name) => {
    expect(telling(name)).toBe(false);
  },
);

test.each(['btn-primary', 'search-box', 'site_title', 'checkout'])('class %s tells', (name) => {
  expect(telling(name)).toBe(true);
});
