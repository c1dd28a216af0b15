import browser from 'webextension-polyfill';
import { DEFAULT_SETTINGS, mergeSettings, type Settings, type SettingsProblem } from '../settings.ts';

/** Written beside the manifest by `laskobot-runs start` or by whoever builds an automation profile. */
const BUILD_FILE = 'laskobot.json';
const STORAGE_KEY = 'settings';

async function buildTimeSettings(): Promise<unknown> {
  const response = await fetch(browser.runtime.getURL(BUILD_FILE)).catch(() => undefined);
  return response?.ok ? ((await response.json().catch(() => undefined)) as unknown) : undefined;
}

/** Firefox throws where no policy is installed, Chrome answers with an empty object. */
const managedSettings = (): Promise<unknown> => browser.storage.managed.get().catch(() => undefined);

async function readSettings(): Promise<Settings> {
  const [built, stored, managed] = await Promise.all([
    buildTimeSettings(),
    browser.storage.local.get(STORAGE_KEY),
    managedSettings(),
  ]);
  return [built, stored[STORAGE_KEY], managed].reduce<Settings>(
    (settings, layer) => mergeSettings(settings, layer).settings,
    DEFAULT_SETTINGS,
  );
}

// Chromium's first answer about policies takes seconds after the browser's start, so one answer serves until something changes.
let loaded: Promise<Settings> | undefined;
browser.storage.onChanged.addListener((_changes, area) => {
  if (area === 'local' || area === 'managed') loaded = undefined;
});

/** Settings by rising authority: defaults, build-time file, what the user stored, managed policy. */
export function loadSettings(): Promise<Settings> {
  loaded ??= readSettings();
  return loaded;
}

/** Stores what the user chose over what was stored; returns what was wrong, and stores nothing then. */
export async function saveSettings(input: unknown): Promise<SettingsProblem[]> {
  const { settings, problems } = mergeSettings(await loadSettings(), input);
  if (problems.length === 0) {
    await browser.storage.local.set({ [STORAGE_KEY]: settings });
    loaded = undefined;
  }
  return problems;
}
