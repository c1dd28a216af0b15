import { expect, test } from 'laskobot-runs/playwright';
import { expectRight, watch } from './truth.js';

test.beforeEach(async ({ page }) => {
  await page.goto(`${process.env.FORM_URL}/production/form_validation.html`, { waitUntil: 'domcontentloaded' });
  await page.locator('form [type=submit]').first().waitFor();
});

test('says an occupation', async ({ page }) => {
  await watch(page, 'text Occupation *');
  await page.getByRole('textbox', { name: 'Occupation *' }).fill('Lighthouse keeper of Canary-4711');
  await expectRight(page);
});

test('says a telephone number', async ({ page }) => {
  await watch(page, 'tel Telephone *');
  const form = page.locator('form').last();
  await page.fill('#telephone', '555 0100');
  await expect(form).toBeVisible();
  await expectRight(page);
});

test('chooses a password', async ({ page }) => {
  await watch(page, 'password Password');
  await page.getByRole('textbox', { name: 'Password', exact: true }).fill('Canary-Tr0ub4dor&3');
  await expectRight(page);
});

test('gone: says a web site', async ({ page }) => {
  await watch(page, 'url Website URL *');
  await page.getByRole('textbox', { name: 'Website URL *' }).fill('http://example.com');
  await expectRight(page);
});

test('gone: cancels', async ({ page }) => {
  await watch(page, 'button Cancel');
  await page.getByRole('button', { name: 'Cancel' }).click();
  await expectRight(page);
});

test('an assertion is no action', async ({ page }) => {
  await expect(page.getByRole('textbox', { name: 'Occupation *' })).toBeVisible({ timeout: 1000 });
});
