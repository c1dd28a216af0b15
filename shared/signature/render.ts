import type * as z from 'zod';
import type { Renderings as RenderingsSchema } from '../protocol/schema.ts';
import { parseSelector, type Step, unquote } from './selector.ts';
import { cssToXPath, xpathString } from './xpath.ts';

/**
 * One recorded selector in the languages that automation speaks; each names what the selector names. `playwright` is an expression
 * on a `page`, such as `getByRole("button", { name: "Save", exact: true })`. `css` is for `querySelector`: a string, or for an
 * element inside shadow roots an array in which each entry is looked for in the shadow root of what the entry before found. `pierce`
 * says the same with the deep combinator of Puppeteer, `>>>`. Absent is what a language cannot say.
 */
export type Renderings = z.infer<typeof RenderingsSchema>;

const ATTRIBUTE = /^\[([\w-]+)=("(?:[^"\\\n]|\\["\\])*")\]$/;
const BY_ATTRIBUTE: Readonly<Record<string, string>> = {
  placeholder: 'getByPlaceholder',
  alt: 'getByAltText',
  title: 'getByTitle',
};
/** Playwright's own default: https://playwright.dev/docs/locators#locate-by-test-id */
const PLAYWRIGHT_TEST_ID = 'data-testid';

/** A string literal of JavaScript. */
const literal = (text: string): string =>
  JSON.stringify(text).replace(/[\u2028\u2029]/g, (c) => (c === '\u2028' ? '\\u2028' : '\\u2029'));

function playwrightStep(step: Step): string {
  switch (step.engine) {
    case 'nth':
      return `nth(${step.index})`;
    case 'role': {
      const { role, name, exact } = step;
      // A part of a name is compared without regard to case by getByRole, and with regard by the recorded selector.
      return exact
        ? `getByRole(${literal(role)}, { name: ${literal(name)}, exact: true })`
        : `locator(${literal(`role=${role}[name*=${JSON.stringify(name)}]`)})`;
    }
    case 'label':
      return `getByLabel(${literal(step.text)}, { exact: true })`;
    case 'text':
      return `locator(${literal(`text=${JSON.stringify(step.text)}`)})`;
    case 'css': {
      const [, attribute = '', quoted = '""'] = ATTRIBUTE.exec(step.css) ?? [];
      if (attribute === PLAYWRIGHT_TEST_ID) return `getByTestId(${literal(unquote(quoted))})`;
      const by = BY_ATTRIBUTE[attribute];
      return by ? `${by}(${literal(unquote(quoted))}, { exact: true })` : `locator(${literal(step.css)})`;
    }
  }
}

const cssOf = (steps: readonly Step[]): readonly string[] | undefined =>
  steps.every((step) => step.engine === 'css')
    ? steps.map((step) => step.css.replace(/^:scope > /, ':host > '))
    : undefined;

function xpathOf(steps: readonly Step[]): string | undefined {
  const [first, second, ...more] = steps;
  if (!first || more.length > 0 || (second && second.engine !== 'nth')) return undefined;
  const path =
    first.engine === 'css'
      ? cssToXPath(first.css)
      : first.engine === 'text'
        ? `//*[text()[normalize-space()=${xpathString(first.text)}]]`
        : undefined;
  return path && second?.engine === 'nth' ? `(${path})[${second.index + 1}]` : path;
}

/**
 * Renders a selector as `candidates` writes them.
 * @param shadow how many shadow roots the element stands in
 * @returns undefined for a selector that is none of ours
 */
export function render(selector: string, shadow = 0): Renderings | undefined {
  const steps = parseSelector(selector);
  if (!steps || steps.length === 0) return undefined;
  const playwright = steps.map(playwrightStep).join('.');
  const css = cssOf(steps);
  if (shadow > 0) {
    if (!css) return { playwright };
    return css.length > 1
      ? { playwright, css: [...css], pierce: css.join(' >>> ') }
      : { playwright, pierce: `>>> ${css[0]}` };
  }
  const xpath = xpathOf(steps);
  return { playwright, ...(css?.length === 1 ? { css: css[0]! } : {}), ...(xpath ? { xpath } : {}) };
}
