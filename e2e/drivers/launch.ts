import { randomUUID } from 'node:crypto';
import { launchChromium } from './chromium.ts';
import {
  BROWSERS,
  type BrowserKind,
  configuredExtension,
  type Installation,
  newProfile,
  type TestBrowser,
} from './driver.ts';
import { launchFirefox } from './firefox.ts';

const pathOf = (kind: BrowserKind): string | undefined =>
  kind === 'chromium' ? process.env.CHROMIUM_PATH : process.env.FIREFOX_PATH;

/** Browsers that `npm test` found or installed; it said so where one is missing. */
export const available = (kind: BrowserKind): boolean => pathOf(kind) !== undefined;
export { BROWSERS };

/** A new profile (or the one given) and the extension configured as at build time. */
export async function install(
  kind: BrowserKind,
  configuration: Record<string, unknown>,
  profileDir?: string,
): Promise<Installation> {
  const executablePath = pathOf(kind);
  if (!executablePath) throw new Error(`No ${kind}: run through npm test, or set CHROMIUM_PATH and FIREFOX_PATH.`);
  return {
    kind,
    executablePath,
    extensionDir: await configuredExtension(kind, configuration),
    profileDir: profileDir ?? (await newProfile()),
    host: randomUUID(),
  };
}

export const start = (installation: Installation): Promise<TestBrowser> =>
  installation.kind === 'chromium' ? launchChromium(installation) : launchFirefox(installation);

export const launch = async (
  kind: BrowserKind,
  configuration: Record<string, unknown>,
  profileDir?: string,
): Promise<TestBrowser> => start(await install(kind, configuration, profileDir));
