import { launchChromium } from './chromium.ts';
import { BROWSERS, type BrowserKind, configuredExtension, newProfile, type TestBrowser } from './driver.ts';
import { launchFirefox } from './firefox.ts';

export const executableOf = (kind: BrowserKind): string | undefined =>
  kind === 'chromium' ? process.env.CHROMIUM_PATH : process.env.FIREFOX_PATH;

/** Browsers that `npm test` found or installed; it said so where one is missing. */
export const available = (kind: BrowserKind): boolean => executableOf(kind) !== undefined;
export { BROWSERS };

/** A browser in a new profile (or the one given) with the extension configured as at build time. */
export async function launch(
  kind: BrowserKind,
  configuration: Record<string, unknown>,
  profileDir?: string,
): Promise<TestBrowser> {
  const executablePath = executableOf(kind);
  if (!executablePath) throw new Error(`No ${kind}: run through npm test, or set CHROMIUM_PATH and FIREFOX_PATH.`);
  const options = {
    executablePath,
    extensionDir: await configuredExtension(kind, configuration),
    profileDir: profileDir ?? (await newProfile()),
  };
  return kind === 'chromium' ? launchChromium(options) : launchFirefox(options);
}
