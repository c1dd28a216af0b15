import type { BUNDLE_FORMAT, Bundle, SignedBundle } from '../protocol/bundle.ts';
import { fromBase64url } from './base64url.ts';

/** ECDSA on P-256: the one signature without a shared secret that all browsers and runtimes know. */
export const SIGNATURE = { name: 'ECDSA', hash: 'SHA-256', namedCurve: 'P-256' } as const;
/** Named here too, so that browsers load none of the schema. */
const FORMAT: typeof BUNDLE_FORMAT = 1;

/** Why a bundle is not used. */
export const BUNDLE_REFUSALS = [
  /** It is not what this project's server signed. */
  'bad_signature',
  'other_format',
  /** Signed, but for another project or another domain. */
  'other_project',
  'other_domain',
  /** Older than the one that is held. */
  'replayed',
  'expired',
] as const;
export type BundleRefusal = (typeof BUNDLE_REFUSALS)[number];

export interface Expected {
  readonly projectId: string;
  readonly domain: string;
  /** SPKI in base64url. */
  readonly bundleKey: string;
  /** The one that is held. */
  readonly before: Pick<Bundle, 'version' | 'made_at'> | undefined;
  /** ms since 1970 */
  readonly now: number;
}

export type OpenedBundle =
  | { readonly ok: true; readonly bundle: Bundle }
  | { readonly ok: false; readonly refused: BundleRefusal };

/** The bundle, if it is the project's, of the domain, and no older than what is known. Never rejects. */
export async function openBundle({ payload, signature }: SignedBundle, expected: Expected): Promise<OpenedBundle> {
  const refused = (why: BundleRefusal): OpenedBundle => ({ ok: false, refused: why });
  if (!(await isSigned(payload, signature, expected.bundleKey))) return refused('bad_signature');
  const bundle = JSON.parse(payload) as Bundle;
  if (bundle.format !== FORMAT) return refused('other_format');
  if (bundle.project_id !== expected.projectId) return refused('other_project');
  if (bundle.domain !== expected.domain) return refused('other_domain');
  if (bundle.expires_at <= expected.now) return refused('expired');
  // Both: a database that was restored counts from an earlier version on, and servers' clocks differ.
  const { before } = expected;
  if (before && bundle.version < before.version && bundle.made_at <= before.made_at) return refused('replayed');
  return { ok: true, bundle };
}

async function isSigned(payload: string, signature: string, bundleKey: string): Promise<boolean> {
  const [spki, bytes] = [fromBase64url(bundleKey), fromBase64url(signature)];
  if (!spki || !bytes) return false;
  try {
    const key = await crypto.subtle.importKey('spki', spki, SIGNATURE, false, ['verify']);
    return await crypto.subtle.verify(SIGNATURE, key, bytes, new TextEncoder().encode(payload));
  } catch {
    return false;
  }
}
