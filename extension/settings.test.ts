import { describe, expect, it } from 'vitest';
import { checkServerUrl, DEFAULT_SETTINGS, hostOf, maskingFor, mayRecord, mergeSettings } from './settings.ts';

describe('settings', () => {
  it('does not record until it is turned on', () => {
    expect(DEFAULT_SETTINGS.enabled).toBe(false);
    expect(
      mergeSettings(DEFAULT_SETTINGS, { server_url: 'http://127.0.0.1:1', publishable_key: 'lb_publishable_x' })
        .settings.enabled,
    ).toBe(false);
  });

  it('lays layers over one another and keeps what a layer does not name', () => {
    const first = mergeSettings(DEFAULT_SETTINGS, {
      server_url: 'https://a.example/',
      capture: { dom: true },
    }).settings;
    const second = mergeSettings(first, {
      enabled: true,
      never: ['*.Bank.example', 'https://x.example/path'],
    }).settings;
    expect(second).toEqual({
      enabled: true,
      server_url: 'https://a.example',
      publishable_key: '',
      bundle_key: '',
      capture: { scroll: true, errors: true, dom: true, screenshots: false },
      never: ['bank.example', 'x.example'],
      privacy: DEFAULT_SETTINGS.privacy,
      test_ids: [],
    });
  });

  it('names what is wrong and keeps the value before', () => {
    const { settings, problems } = mergeSettings(DEFAULT_SETTINGS, {
      enabled: 'yes',
      server_url: 'http://runs.example',
      publishable_key: 'lb_secret_abc',
      capture: { dom: 1 },
    });
    expect(problems.map(({ field }) => field)).toEqual(['enabled', 'server_url', 'publishable_key', 'capture.dom']);
    expect(settings).toEqual(DEFAULT_SETTINGS);
    expect(mergeSettings(DEFAULT_SETTINGS, 'text').problems).toHaveLength(1);
  });

  it('trusts a bundle key with the server and key that it came with, and no others', () => {
    const built = { server_url: 'https://a.example', publishable_key: 'lb_publishable_a', bundle_key: 'MFkw-_1' };
    const { settings } = mergeSettings(DEFAULT_SETTINGS, built);
    expect(settings.bundle_key).toBe('MFkw-_1');
    const keyAfter = (layer: Record<string, unknown>) => mergeSettings(settings, layer).settings.bundle_key;
    expect(keyAfter({ server_url: 'https://a.example', never: ['x.example'] })).toBe('MFkw-_1');
    expect(keyAfter({ server_url: 'https://b.example' })).toBe('');
    expect(keyAfter({ publishable_key: 'lb_publishable_b' })).toBe('');
    expect(keyAfter({ server_url: 'https://b.example', bundle_key: 'MFkw2' })).toBe('MFkw2');
    expect(mergeSettings(settings, { bundle_key: 'no key' }).problems).toMatchObject([{ field: 'bundle_key' }]);
  });

  it('takes plain HTTP only on this machine', () => {
    expect(checkServerUrl('http://localhost:8787')).toBeUndefined();
    expect(checkServerUrl('http://[::1]:8787')).toBeUndefined();
    expect(checkServerUrl('https://runs.example')).toBeUndefined();
    for (const url of ['http://10.0.0.1', 'ftp://localhost', 'javascript:1', 'nonsense'])
      expect(checkServerUrl(url), url).toBeTypeOf('string');
  });

  it('never records the listed hosts, their subdomains, or what is no web page', () => {
    const settings = { ...DEFAULT_SETTINGS, never: ['bank.example'] };
    const may = (url: string): boolean => mayRecord(settings, url);
    expect(may('https://bank.example/a')).toBe(false);
    expect(may('https://online.bank.example/a')).toBe(false);
    expect(may('https://notbank.example/')).toBe(true);
    for (const url of ['about:blank', 'chrome://settings', 'file:///etc/passwd', '']) expect(may(url), url).toBe(false);
  });

  it('reads of a page what its level allows; of a frame and its page the stricter counts', () => {
    const { settings, problems } = mergeSettings(DEFAULT_SETTINGS, {
      privacy: { strict: ['https://Intra.example/x'], allow: [' nav ', ''], block: ['.name'] },
    });
    expect(problems).toEqual([]);
    expect(settings.privacy.level).toBe('mask-user-input');
    const strict = (...urls: string[]): boolean => maskingFor(settings, urls).strict;
    expect(strict('https://shop.example/')).toBe(false);
    expect(strict('https://hr.intra.example/')).toBe(true);
    expect(strict('https://shop.example/', 'https://intra.example/frame')).toBe(true);
    expect(maskingFor(settings, ['https://shop.example/'])).toEqual({
      strict: false,
      allow: ['nav'],
      block: ['.name'],
      test_ids: [],
    });
    const everywhere = mergeSettings(settings, { privacy: { level: 'mask-unless-allowlisted' } }).settings;
    expect(maskingFor(everywhere, ['https://shop.example/']).strict).toBe(true);
    expect(everywhere.privacy.strict).toEqual(['intra.example']);
  });

  it('keeps the privacy level where another is named that does not exist', () => {
    const { settings, problems } = mergeSettings(DEFAULT_SETTINGS, { privacy: { level: 'off' } });
    expect(settings.privacy).toEqual(DEFAULT_SETTINGS.privacy);
    expect(problems.map(({ field }) => field)).toEqual(['privacy.level']);
  });

  it('takes names of attributes for test ids, and none that holds what a page says', () => {
    const { settings, problems } = mergeSettings(DEFAULT_SETTINGS, {
      test_ids: [' Data-Automation-Id ', 'qa', '', 'qa', 'aria-label', 'value', 'a"]', 'onclick', 'x'.repeat(65)],
    });
    expect(settings.test_ids).toEqual(['data-automation-id', 'qa']);
    expect(problems.map(({ field }) => field)).toEqual(Array(5).fill('test_ids'));
    expect(maskingFor(settings, ['https://shop.example/']).test_ids).toEqual(['data-automation-id', 'qa']);
    const many = mergeSettings(settings, { test_ids: Array.from({ length: 11 }, (_, n) => `data-${n}`) });
    expect(many.settings.test_ids).toHaveLength(10);
    expect(many.problems.map(({ reason }) => reason)).toEqual(['may name 10 at most']);
  });

  it('reads a host from whatever people type', () => {
    expect(['a.example:8080/x', ' *.A.example ', 'https://b.example:1/p'].map(hostOf)).toEqual([
      'a.example',
      'a.example',
      'b.example',
    ]);
  });
});
