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

export const executableOf = (kind: BrowserKind): string | undefined =>
  kind === 'chromium' ? process.env.CHROMIUM_PATH : process.env.FIREFOX_PATH;

/** Browsers that `npm test` found or installed; it said so where one is missing. */
export const available = (kind: BrowserKind): boolean => executableOf(kind) !== undefined;
export { BROWSERS };

export interface LaunchChoices {
  /** Instead of a new one. */
  readonly profileDir?: string | undefined;
  /** Changes the copy of the built extension before it is loaded. */
  readonly edit?: ((extensionDir: string) => Promise<void>) | undefined;
}

/** A profile and the extension configured as at build time. */
export async function install(
  kind: BrowserKind,
  configuration: Record<string, unknown>,
  { profileDir, edit }: LaunchChoices = {},
): Promise<Installation> {
  const executablePath = executableOf(kind);
  if (!executablePath) throw new Error(`No ${kind}: run through npm test, or set CHROMIUM_PATH and FIREFOX_PATH.`);
  const extensionDir = await configuredExtension(kind, configuration);
  await edit?.(extensionDir);
  return {
    kind,
    executablePath,
    extensionDir,
    profileDir: profileDir ?? (await newProfile()),
    host: randomUUID(),
  };
}

export const start = (installation: Installation): Promise<TestBrowser> =>
  installation.kind === 'chromium' ? launchChromium(installation) : launchFirefox(installation);

export const launch = async (
  kind: BrowserKind,
  configuration: Record<string, unknown>,
  choices?: LaunchChoices,
): Promise<TestBrowser> => start(await install(kind, configuration, choices));
