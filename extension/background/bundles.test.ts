import { beforeAll, beforeEach, expect, test } from 'vitest';
import type { Api, ApiResult, Conditional } from '../../shared/client/api.ts';
import { toBase64url } from '../../shared/hints/base64url.ts';
import { SIGNATURE } from '../../shared/hints/open_bundle.ts';
import type { Bundle, SignedBundle } from '../../shared/protocol/bundle.ts';
import type { HeldBundle } from './bundle_store.ts';
import { createBundles, NEGATIVE_MS, REVALIDATE_MS } from './bundles.ts';

const HOST = 'shop.example';
const DAY = 24 * 3_600_000;
let now: number;
let keys: CryptoKeyPair;
let bundleKey: string;
let held: Map<string, HeldBundle>;
let refusals: string[];
/** What the server answers, and the ETags that it was asked with. */
let answer: (etag: string | undefined) => Promise<ApiResult<Conditional<SignedBundle>>>;
let asked: (string | undefined)[];

beforeAll(async () => {
  keys = await crypto.subtle.generateKey(SIGNATURE, true, ['sign', 'verify']);
  bundleKey = toBase64url(new Uint8Array(await crypto.subtle.exportKey('spki', keys.publicKey)));
});
beforeEach(() => {
  now = 1e12;
  held = new Map();
  refusals = [];
  asked = [];
});

const signed = async (changes: Partial<Bundle> = {}): Promise<SignedBundle> => {
  const payload = JSON.stringify({
    format: 1,
    project_id: 'p',
    domain: HOST,
    version: 1,
    made_at: now,
    expires_at: now + 7 * DAY,
    canary_percent: 0,
    holdout_percent: 0,
    complete: true,
    templates: [],
    pages: [],
    controls: [],
    ...changes,
  } satisfies Bundle);
  const signature = await crypto.subtle.sign(SIGNATURE, keys.privateKey, new TextEncoder().encode(payload));
  return { payload, signature: toBase64url(new Uint8Array(signature)) };
};
const serves =
  (changes: Partial<Bundle> = {}, spoil: (bundle: SignedBundle) => SignedBundle = (bundle) => bundle): typeof answer =>
  async (etag) => {
    const own = `"${changes.version ?? 1}"`;
    if (etag === own) return { ok: true, value: { changed: false } };
    return { ok: true, value: { changed: true, value: spoil(await signed(changes)), etag: own } };
  };
const AWAY: typeof answer = async () => ({ ok: false, error: { code: 'unreachable', message: '' } });

const bundles = (projectId = 'p') =>
  createBundles({
    store: {
      get: async (domain) => held.get(domain),
      put: async (one) => void held.set(one.domain, one),
      touch: async (one) => void held.set(one.domain, one),
      remove: async (domain) => void held.delete(domain),
    },
    api: async (): Promise<Pick<Api, 'bundle'>> => ({
      bundle: (_domain, etag) => {
        asked.push(etag);
        return answer(etag);
      },
    }),
    trust: async () => ({ projectId, bundleKey }),
    refused: (why) => refusals.push(why),
    now: () => now,
  });
const versionHeld = async (of = bundles()) => (await of.held(HOST))?.bundle.version;

test('a bundle is kept, asked for again only after a while, and used until it expires', async () => {
  answer = serves();
  const mine = bundles();
  await mine.told(HOST, 1);
  await mine.told(HOST, 1);
  expect([await versionHeld(), asked]).toEqual([1, [undefined]]);
  now += REVALIDATE_MS;
  await mine.told(HOST, 1);
  await mine.told(HOST, 1);
  expect([await versionHeld(), asked]).toEqual([1, [undefined, '"1"']]);
  expect((await mine.held(HOST))?.checked_at).toBe(now);
  answer = AWAY;
  now += REVALIDATE_MS;
  await mine.told(HOST, 1);
  expect(await versionHeld()).toBe(1);
  now += 7 * DAY;
  expect([await versionHeld(), held.size]).toEqual([undefined, 0]);
});

test('told of many times at once, it is asked for once', async () => {
  answer = serves();
  const mine = bundles();
  await Promise.all([1, 1, 1].map((version) => mine.told(HOST, version)));
  expect([await versionHeld(), asked.length]).toEqual([1, 1]);
});

test('what another version withdrew is gone, whether its bundle comes or not', async () => {
  answer = serves();
  const mine = bundles();
  await mine.told(HOST, 1);
  answer = AWAY;
  await mine.told(HOST, 2);
  expect(await versionHeld()).toBeUndefined();
  answer = serves({ version: 2 });
  await mine.told(HOST, 2);
  expect(await versionHeld()).toBe(2);
  await mine.told(HOST, null);
  expect([await versionHeld(), asked.length]).toEqual([undefined, 3]);
});

test('a lookup that was remembered, and tells of a version before, drops nothing', async () => {
  answer = serves({ version: 5 });
  const mine = bundles();
  await mine.told(HOST, 5);
  await mine.told(HOST, 4);
  expect([await versionHeld(), asked.length]).toEqual([5, 1]);
});

test('that there is none is believed for a while; from a server that makes none, none is asked for', async () => {
  answer = async () => ({ ok: false, error: { code: 'not_found', message: '' } });
  const mine = bundles();
  await mine.told(HOST, undefined);
  expect(asked).toEqual([]);
  await mine.told(HOST, 1);
  await mine.told(HOST, 1);
  expect([await versionHeld(), asked.length]).toEqual([undefined, 1]);
  now += NEGATIVE_MS;
  answer = serves();
  await mine.told(HOST, 1);
  expect(await versionHeld()).toBe(1);
});

test.each([
  ['bad_signature', serves({}, (bundle) => ({ ...bundle, payload: bundle.payload.replace('true', 'false') }))],
  ['other_project', serves({ project_id: 'q' })],
  ['other_domain', serves({ domain: 'bank.example' })],
  ['other_format', serves({ format: 2 as 1 })],
  ['expired', serves({ expires_at: 1 })],
])('what is %s is not used, counted, and not asked for again at once', async (why, answers) => {
  answer = answers;
  const mine = bundles();
  await mine.told(HOST, 1);
  await mine.told(HOST, 1);
  expect([await versionHeld(), refusals, asked.length]).toEqual([undefined, [why], 1]);
});

test('a bundle of before is refused, and the one that is held stays', async () => {
  answer = serves({ version: 5 });
  const mine = bundles();
  await mine.told(HOST, 5);
  now += REVALIDATE_MS;
  answer = serves({ version: 4, made_at: now - DAY });
  await mine.told(HOST, 5);
  expect([refusals, await versionHeld()]).toEqual([['replayed'], 5]);
});

test('of another project nothing is used', async () => {
  answer = serves();
  await bundles().told(HOST, 1);
  expect(await versionHeld(bundles('q'))).toBeUndefined();
  answer = serves({ project_id: 'q' });
  await bundles('q').told(HOST, 1);
  expect([await versionHeld(bundles('q')), asked.at(-1)]).toEqual([1, undefined]);
});
