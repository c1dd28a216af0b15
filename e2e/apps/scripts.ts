import type { TestPage } from '../drivers/driver.ts';
import type { App, Version } from './pages.ts';

/** One thing that a user does, with the control it is done to. */
export interface Step {
  readonly tool: 'dom.click' | 'dom.type' | 'dom.select' | 'dom.scroll';
  /** CSS of the control, by version: the labelled truth. The element itself, not what is around or in it. */
  readonly control: Readonly<Record<Version, string>> | undefined;
  readonly tag?: string;
  readonly role?: string;
  /** Typed or chosen, or pixels to scroll. */
  readonly value?: string;
  /** Appears in the page when the action had its effect. */
  readonly effect?: string;
  /** Further calls that the page makes of the same action. */
  readonly also?: readonly string[];
}

const same = (css: string): Record<Version, string> => ({ old: css, new: css });

/** Typed in every application: it must be found nowhere afterwards. */
export const TYPED_CANARY = 'Zebrafinch-Quorum-7291';

export const SCRIPTS: Readonly<Record<App, readonly Step[]>> = {
  tiddlywiki: [
    {
      tool: 'dom.click',
      control: same('button[aria-label="new tiddler"]'),
      tag: 'button',
      role: 'button',
      effect: 'input.tc-titlebar',
    },
    { tool: 'dom.type', control: same('input.tc-titlebar'), tag: 'input', role: 'textbox', value: TYPED_CANARY },
    {
      tool: 'dom.click',
      control: { old: 'button[aria-label="ok"]', new: 'button[aria-label="Confirm changes to this tiddler"]' },
      tag: 'button',
      role: 'button',
      effect: '.tc-tiddler-view-frame h2.tc-title',
    },
  ],
  gentelella: [
    { tool: 'dom.type', control: same('#last-name'), tag: 'input', role: 'textbox', value: TYPED_CANARY },
    { tool: 'dom.select', control: same('#heard'), tag: 'select', role: 'combobox', value: 'press' },
    { tool: 'dom.click', control: same('#demo-form2 button[type="reset"]'), tag: 'button', role: 'button' },
    { tool: 'dom.scroll', control: undefined, value: '700' },
  ],
  'swagger-ui': [
    {
      tool: 'dom.click',
      // The button that is named after the operation: version 5 gave that name to the arrow beside it.
      control: {
        old: '#operations-default-listPets .opblock-summary-control',
        new: '#operations-default-listPets .opblock-control-arrow',
      },
      tag: 'button',
      role: 'button',
      effect: '.opblock.is-open',
    },
    { tool: 'dom.click', control: same('.try-out__btn'), tag: 'button', role: 'button', effect: '.execute' },
    {
      tool: 'dom.type',
      control: same('tr[data-param-name="limit"] input'),
      tag: 'input',
      role: 'textbox',
      value: TYPED_CANARY,
    },
  ],
};

/** Does a step as a user would, on the control at `css`. */
export async function perform(page: TestPage, { tool, value = '', effect }: Step, css: string): Promise<void> {
  switch (tool) {
    case 'dom.click':
      await page.click(css);
      break;
    case 'dom.type':
      await page.type(css, value);
      break;
    case 'dom.select':
      await page.select(css, value);
      break;
    case 'dom.scroll':
      await page.wheel(Number(value));
      break;
  }
  if (effect) await page.waitFor(effect);
}
