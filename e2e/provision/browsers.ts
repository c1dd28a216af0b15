import { existsSync } from 'node:fs';
import { chromium, firefox } from 'playwright';
import { onPath } from '../../server/testing/find_program.ts';
import { aptInstall, run } from './run.ts';

const playwrightInstall = (browser: string): Promise<number> =>
  run(process.execPath, ['node_modules/playwright/cli.js', 'install', browser]);

/** Google Chrome is not looked for: since version 137 it ignores --load-extension. */
const findChromium = (): string | undefined =>
  process.env.CHROMIUM_PATH ??
  onPath('chromium', 'chromium-browser') ??
  [chromium.executablePath()].find((path) => existsSync(path));

const findFirefox = (): string | undefined =>
  process.env.FIREFOX_PATH ??
  onPath('firefox-esr', 'firefox') ??
  ['/Applications/Firefox.app/Contents/MacOS/firefox', firefox.executablePath()].find((path) => existsSync(path));

/** A Chromium that loads extensions: what the machine has, else its package manager's, else Playwright's own download. */
export async function provideChromium(): Promise<string | undefined> {
  if (!findChromium() && !(await aptInstall('chromium'))) await playwrightInstall('chromium');
  return findChromium();
}

/** A Firefox that speaks WebDriver BiDi, found likewise. */
export async function provideFirefox(): Promise<string | undefined> {
  if (!findFirefox() && !(await aptInstall('firefox-esr'))) await playwrightInstall('firefox');
  return findFirefox();
}
