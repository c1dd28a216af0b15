import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import fc from 'fast-check';

const root = (name: string): string => dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));

/** Pages of real applications, from the packages that the tests install. */
export const REAL_PAGES: readonly string[] = [
  join(root('gentelella'), 'production/form.html'),
  join(root('gentelella'), 'production/tables.html'),
  join(root('gentelella'), 'production/login.html'),
  join(root('gentelella-old'), 'production/form.html'),
  join(root('gentelella-old'), 'production/inbox.html'),
  join(root('gentelella-old'), 'production/projects.html'),
  join(root('swagger-ui-dist'), 'index.html'),
].map((path) => pathToFileURL(path).href);

const escaped = (text: string): string => text.replace(/[&<>"]/g, (char) => `&#${char.codePointAt(0)};`);

/** Words of interfaces, data, and texts that try to break out of a selector. */
const word = fc.constantFrom(
  'Save',
  'Save as',
  'Delete',
  'Edit',
  'Open',
  'Search',
  'Cancel',
  'Next page',
  'OK',
  '12 items',
  '€ 9.99',
  'ana@example.com',
);
const hostile = fc.constantFrom(
  'say "hi"',
  "it's",
  'a\\',
  '\\"] >> body',
  '"] >> nth=0',
  '>> text="Save"',
  'x"s] >> html',
  'مرحبا بالعالم',
  '‮gnp.exe',
  '👩‍💻 code',
  'line\nbreak',
  '[role=button]',
  '`tick`',
  '/regex/i',
  'ﬁ ligature',
);
const label = fc.oneof({ weight: 4, arbitrary: word }, { weight: 2, arbitrary: hostile }, fc.string({ maxLength: 12 }));
const attribute = (name: string, values: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc
    .option(values, { nil: undefined, freq: 2 })
    .map((value) => (value === undefined ? '' : ` ${name}="${escaped(value)}"`));
const attributes = fc
  .tuple(
    attribute('id', fc.constantFrom('a', 'b', 'save-form', ':r1:', 'x-48151623')),
    attribute('data-testid', fc.constantFrom('save', 'row-edit', 'say "hi"', 'ana@example.com')),
    attribute('class', fc.constantFrom('btn', 'btn primary', 'css-1q2w3e', 'toolbar')),
    attribute('aria-label', label),
    attribute('title', label),
  )
  .map((all) => all.join(''));

const control = fc
  .tuple(fc.constantFrom('button', 'a', 'text', 'checkbox', 'div', 'shadow', 'label', 'password'), attributes, label)
  .map(([kind, attrs, text]) => {
    const inner = escaped(text);
    if (kind === 'a') return `<a href="/go"${attrs}>${inner}</a>`;
    if (kind === 'text') return `<input type="text" placeholder="${inner}"${attrs}>`;
    if (kind === 'checkbox') return `<input type="checkbox"${attrs}>`;
    if (kind === 'password') return `<input type="password"${attrs}>`;
    if (kind === 'div') return `<div role="button"${attrs}><span>${inner}</span></div>`;
    if (kind === 'label') return `<label>${inner} <input type="radio" name="choice"${attrs}></label>`;
    if (kind === 'shadow')
      return `<x-host><template shadowrootmode="open"><button${attrs}>${inner}</button></template></x-host>`;
    return `<button${attrs}>${inner}</button>`;
  });
const section = fc
  .tuple(
    fc.constantFrom('div', 'nav', 'main', 'form', 'section', 'li'),
    fc.option(label),
    fc.array(control, { maxLength: 5 }),
  )
  .map(
    ([tag, heading, controls]) =>
      `<${tag}>${heading === null ? '' : `<h2>${escaped(heading)}</h2>`}${controls.join('')}</${tag}>`,
  );

/** A page of headings and controls, many of them alike. */
export const generatedPage: fc.Arbitrary<string> = fc
  .array(section, { minLength: 1, maxLength: 6 })
  .map((sections) => `<!doctype html><title>T</title><body>${sections.join('')}</body>`);
