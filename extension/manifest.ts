import { PRIVACY_LEVELS } from './settings.ts';

/** Identity in Firefox; data collection is declared because what is recorded goes to the server that the user sets. */
export const GECKO_ID = 'runs@laskobot.dev';

export type Target = 'chrome' | 'firefox';
export const TARGETS: readonly Target[] = ['chrome', 'firefox'];

/** The manifest of one browser; both come from here so that they cannot drift apart. */
export function manifest(target: Target, version: string): Record<string, unknown> {
  const background = {
    chrome: { service_worker: 'background.js', type: 'module' },
    firefox: { scripts: ['background.js'], type: 'module' },
  };
  const firefoxOnly = {
    browser_specific_settings: {
      gecko: {
        id: GECKO_ID,
        // OffscreenCanvas.convertToBlob to WebP, storage.session, scripting in MV3 and the data_collection_permissions key itself.
        strict_min_version: '142.0',
        data_collection_permissions: { required: ['browsingActivity', 'websiteActivity', 'websiteContent'] },
      },
    },
  };
  return {
    manifest_version: 3,
    name: 'LaskoBOT Runs',
    version,
    description: 'Records what automation does in this browser and gives the next run verified hints.',
    ...(target === 'chrome' ? { minimum_chrome_version: '121' } : firefoxOnly),
    icons: { 16: 'icon-16.png', 48: 'icon-48.png', 128: 'icon-128.png' },
    background: background[target],
    action: { default_popup: 'popup.html', default_title: 'LaskoBOT Runs' },
    options_ui: { page: 'options.html', open_in_tab: true },
    permissions: ['storage', 'alarms', 'scripting'],
    host_permissions: ['<all_urls>'],
    content_scripts: [
      {
        matches: ['http://*/*', 'https://*/*'],
        js: ['content.js'],
        run_at: 'document_idle',
        all_frames: true,
        // srcdoc, about:blank, blob: and data: frames of such pages.
        match_origin_as_fallback: true,
      },
    ],
    // hash-wasm compiles its SHA-256 at start.
    content_security_policy: { extension_pages: "script-src 'self' 'wasm-unsafe-eval'; object-src 'none'" },
    storage: target === 'chrome' ? { managed_schema: 'managed.json' } : undefined,
  };
}

/** What an administrator may set for all users: https://developer.chrome.com/docs/extensions/reference/manifest/storage */
export const MANAGED_SCHEMA = {
  type: 'object',
  properties: {
    enabled: { type: 'boolean' },
    server_url: { type: 'string' },
    publishable_key: { type: 'string' },
    bundle_key: { type: 'string' },
    capture: {
      type: 'object',
      properties: {
        scroll: { type: 'boolean' },
        errors: { type: 'boolean' },
        dom: { type: 'boolean' },
        screenshots: { type: 'boolean' },
      },
    },
    never: { type: 'array', items: { type: 'string' } },
    privacy: {
      type: 'object',
      properties: {
        level: { type: 'string', enum: PRIVACY_LEVELS },
        strict: { type: 'array', items: { type: 'string' } },
        allow: { type: 'array', items: { type: 'string' } },
        block: { type: 'array', items: { type: 'string' } },
      },
    },
  },
};
