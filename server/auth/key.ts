import { sha256Hex } from '../sha256.ts';

export const KEY_KINDS = ['publishable', 'secret'] as const;
export type KeyKind = (typeof KEY_KINDS)[number];

export interface MintedKey {
  /** `lb_secret_…` or `lb_publishable_…`: shown once, stored nowhere. */
  readonly key: string;
  readonly hash: string;
  /** Enough of it for people to tell keys apart. */
  readonly display: string;
}

const KEY = /^lb_(?:publishable|secret)_[A-Za-z0-9_-]{43}$/;

/** Whether a text can be a key at all; saves asking the database about anything else. */
export const isKey = (text: string): boolean => KEY.test(text);

/** A new key of 256 random bits. */
export function mintKey(kind: KeyKind): MintedKey {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  const secret = btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
  const key = `lb_${kind}_${secret}`;
  return { key, hash: sha256Hex(key), display: key.slice(0, `lb_${kind}_`.length + 6) };
}
