import { test } from 'laskobot-runs/playwright';
import { expectRight, watch } from './truth.js';

test.beforeEach(async ({ page }) => {
  await page.goto('/index.html');
  await page.locator('.tc-sidebar-scrollable').waitFor();
});

test('opens the list of recent changes', async ({ page }) => {
  await watch(page, 'button Recent');
  await page.getByRole('button', { name: 'Recent' }).click();
  await expectRight(page);
});

test('opens the tools', async ({ page }) => {
  await watch(page, 'button Tools');
  const sidebar = page.locator('.tc-sidebar-lists');
  const tools = sidebar.getByRole('button', { name: 'Tools' });
  await tools.click();
  await expectRight(page);
});

test('makes a new tiddler, as ever', async ({ page }) => {
  await watch(page, 'button new tiddler');
  await page.getByRole('button', { name: 'new tiddler' }).click();
  await expectRight(page);
});
