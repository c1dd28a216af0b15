/** What a signed URL of the folder storage allows. */
export interface Grant {
  readonly op: 'upload' | 'download';
  readonly bucket: string;
  readonly path: string;
  /** Whether an upload may replace what is there. */
  readonly upsert?: boolean;
  readonly maxBytes?: number;
  /** ms since 1970 */
  readonly expires: number;
}

export interface Tokens {
  sign(grant: Grant): Promise<string>;
  /** The grant of a token that this server signed and that has not expired, else undefined. */
  verify(token: string, now: number): Promise<Grant | undefined>;
}

/** Tokens `payload.signature`, both base64url, signed with HMAC-SHA-256. */
export async function createTokens(secret: Uint8Array<ArrayBuffer>): Promise<Tokens> {
  const key = await crypto.subtle.importKey('raw', secret, { name: 'HMAC', hash: 'SHA-256' }, false, [
    'sign',
    'verify',
  ]);
  return {
    async sign(grant) {
      const payload = new TextEncoder().encode(JSON.stringify(grant));
      const signature = await crypto.subtle.sign('HMAC', key, payload);
      return `${encode(payload)}.${encode(new Uint8Array(signature))}`;
    },
    async verify(token, now) {
      const [payload, signature] = token.split('.').map(decode);
      if (!payload || !signature || !(await crypto.subtle.verify('HMAC', key, signature, payload))) return undefined;
      const grant = JSON.parse(new TextDecoder().decode(payload)) as Grant;
      return grant.expires > now ? grant : undefined;
    },
  };
}

const encode = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');

function decode(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (!/^[A-Za-z0-9_-]*$/.test(text)) return undefined;
  try {
    return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (char) => char.charCodeAt(0));
  } catch {
    return undefined;
  }
}
