import type { CapturePolicy, ReadingPolicy } from './messages.ts';

/** What is read of a page: all but what is typed and what is marked, or only what the user allowed. */
export const PRIVACY_LEVELS = ['mask-user-input', 'mask-unless-allowlisted'] as const;
export type PrivacyLevel = (typeof PRIVACY_LEVELS)[number];

export interface PrivacySettings {
  /** Of sites that are not listed. */
  readonly level: PrivacyLevel;
  /** Hosts of which only what `allow` selects is read, whatever the level; an entry covers its subdomains. */
  readonly strict: readonly string[];
  /** CSS selectors of what is read on strict sites. */
  readonly allow: readonly string[];
  /** CSS selectors of what is read on no site. */
  readonly block: readonly string[];
}

export interface Settings {
  readonly enabled: boolean;
  readonly server_url: string;
  readonly publishable_key: string;
  /** With what bundles of hints are verified; '': what the server told when it was first asked. */
  readonly bundle_key: string;
  readonly capture: CapturePolicy;
  readonly privacy: PrivacySettings;
  /** Attributes that hold test ids in the user's applications, best first, beside those that are known. */
  readonly test_ids: readonly string[];
  /** Hosts never recorded; an entry covers its subdomains. */
  readonly never: readonly string[];
}

export const DEFAULT_SETTINGS: Settings = {
  enabled: false,
  server_url: '',
  publishable_key: '',
  bundle_key: '',
  capture: { scroll: true, errors: true, dom: false, screenshots: false },
  privacy: { level: 'mask-user-input', strict: [], allow: [], block: [] },
  test_ids: [],
  never: [],
};

export type SettingsProblem = { readonly field: string; readonly reason: string };

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Loopback may be plain HTTP; over any other network keys and records need TLS. */
export function checkServerUrl(value: string): string | undefined {
  if (!URL.canParse(value)) return 'is no URL: use for example https://runs.example.com';
  const { protocol, hostname } = new URL(value);
  if (protocol === 'https:') return undefined;
  if (protocol !== 'http:') return 'must start with https:// (or http:// on this machine)';
  return ['localhost', '127.0.0.1', '[::1]'].includes(hostname)
    ? undefined
    : 'must use https:// unless it is on this machine';
}

/** Lower-case host of what people type into the list: a host, a URL, or `*.host`. */
export function hostOf(entry: string): string {
  const text = entry.trim().toLowerCase().replace(/^\*\./, '');
  return URL.canParse(text) && text.includes('://') ? new URL(text).hostname : text.replace(/[/:].*$/, '');
}

const texts = (value: unknown): readonly string[] | undefined =>
  Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : undefined;
const hosts = (value: unknown): readonly string[] | undefined => {
  const named = texts(value)?.map(hostOf).filter(Boolean);
  return named && [...new Set(named)];
};
/** Whether they parse only a page can tell: there one that does not lets nothing through. */
const selectors = (value: unknown): readonly string[] | undefined => {
  const named = texts(value)
    ?.map((entry) => entry.trim())
    .filter(Boolean);
  return named && [...new Set(named)];
};

const MAX_TEST_IDS = 10;
const ATTRIBUTE_NAME = /^[a-z][\w.-]{0,63}$/;
/** Attributes that hold texts, states or addresses, of which none is an id that somebody gave a control for tests. */
const NO_TEST_ID =
  /^(?:aria-.*|on.*|value|title|alt|placeholder|href|src|srcset|srcdoc|action|content|style|class|label)$/;

function attributeNames(value: unknown, problems: SettingsProblem[]): readonly string[] | undefined {
  const named = texts(value)
    ?.map((entry) => entry.trim().toLowerCase())
    .filter(Boolean);
  if (!named) return undefined;
  for (const name of named)
    if (!ATTRIBUTE_NAME.test(name) || NO_TEST_ID.test(name))
      problems.push({ field: 'test_ids', reason: `${name.slice(0, 64)} is no attribute that can hold a test id` });
  if (named.length > MAX_TEST_IDS) problems.push({ field: 'test_ids', reason: `may name ${MAX_TEST_IDS} at most` });
  return [...new Set(named)]
    .filter((name) => ATTRIBUTE_NAME.test(name) && !NO_TEST_ID.test(name))
    .slice(0, MAX_TEST_IDS);
}

function mergePrivacy(base: PrivacySettings, input: unknown, problems: SettingsProblem[]): PrivacySettings {
  if (input === undefined) return base;
  if (!isRecord(input)) {
    problems.push({ field: 'privacy', reason: 'is no object' });
    return base;
  }
  const level = PRIVACY_LEVELS.find((known) => known === input.level);
  if (input.level !== undefined && !level)
    problems.push({ field: 'privacy.level', reason: `must be ${PRIVACY_LEVELS.join(' or ')}` });
  return {
    level: level ?? base.level,
    strict: hosts(input.strict) ?? base.strict,
    allow: selectors(input.allow) ?? base.allow,
    block: selectors(input.block) ?? base.block,
  };
}

/**
 * Lays untrusted settings (managed policy, build-time file, stored or typed ones) over `base`. What is wrong keeps the value of
 * `base` and is named in `problems`.
 */
export function mergeSettings(base: Settings, input: unknown): { settings: Settings; problems: SettingsProblem[] } {
  const problems: SettingsProblem[] = [];
  if (input === undefined || input === null) return { settings: base, problems };
  if (!isRecord(input)) return { settings: base, problems: [{ field: 'settings', reason: 'is no object' }] };
  const merged = { ...base, capture: { ...base.capture } } as { -readonly [K in keyof Settings]: Settings[K] };
  const flags: Record<string, boolean> = { ...base.capture };
  const bool = (value: unknown, field: string, set: (value: boolean) => void): void => {
    if (value === undefined) return;
    if (typeof value === 'boolean') set(value);
    else problems.push({ field, reason: 'must be true or false' });
  };
  bool(input.enabled, 'enabled', (value) => {
    merged.enabled = value;
  });
  if (typeof input.server_url === 'string' && input.server_url.trim() !== '') {
    const url = input.server_url.trim().replace(/\/+$/, '');
    const reason = checkServerUrl(url);
    if (reason) problems.push({ field: 'server_url', reason });
    else merged.server_url = url;
  }
  if (typeof input.publishable_key === 'string' && input.publishable_key.trim() !== '') {
    const key = input.publishable_key.trim();
    if (/^(lb|sb)_secret_/.test(key))
      problems.push({ field: 'publishable_key', reason: 'is a secret key: it must never be put into a browser' });
    else merged.publishable_key = key;
  }
  // Of another server or project it would refuse all bundles.
  if (merged.server_url !== base.server_url || merged.publishable_key !== base.publishable_key) merged.bundle_key = '';
  if (typeof input.bundle_key === 'string') {
    const key = input.bundle_key.trim();
    if (/^[\w-]{0,200}$/.test(key)) merged.bundle_key = key;
    else problems.push({ field: 'bundle_key', reason: 'is no key: /v1/project tells it' });
  }
  if (isRecord(input.capture))
    for (const name of Object.keys(base.capture))
      bool(input.capture[name], `capture.${name}`, (value) => {
        flags[name] = value;
      });
  merged.capture = flags as unknown as CapturePolicy;
  merged.test_ids = attributeNames(input.test_ids, problems) ?? base.test_ids;
  merged.never = hosts(input.never) ?? base.never;
  merged.privacy = mergePrivacy(base.privacy, input.privacy, problems);
  return { settings: merged, problems };
}

/** Whether a page may be recorded at all, by the list of hosts never recorded and by scheme. */
export function mayRecord(settings: Settings, url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname } = new URL(url);
  if (protocol !== 'http:' && protocol !== 'https:') return false;
  return !covers(settings.never, hostname);
}

export const covers = (listed: readonly string[], hostname: string): boolean =>
  listed.some((host) => hostname === host || hostname.endsWith(`.${host}`));

/** What may be read of a page, or of a frame inside one: the stricter of both counts. */
export function maskingFor({ privacy, test_ids }: Settings, urls: readonly string[]): ReadingPolicy {
  const listed = urls.some((url) => URL.canParse(url) && covers(privacy.strict, new URL(url).hostname));
  const { allow, block, level } = privacy;
  return { strict: level === 'mask-unless-allowlisted' || listed, allow, block, test_ids };
}
