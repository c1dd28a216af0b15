import { createHash } from 'node:crypto';

/** SHA-256 of the UTF-8 of a short text: 64 lower-case hex digits. At once, because WebCrypto takes ten times as long to be asked. */
export const sha256Hex = (text: string): string => createHash('sha256').update(text).digest('hex');

/** SHA-256 of bytes: 64 lower-case hex digits. Beside the event loop, because there may be many of them. */
export async function sha256OfBytes(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', bytes);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
