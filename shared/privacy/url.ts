import { MAX_URL_CHARS } from '../protocol/limits.ts';
import { VARYING } from '../signature/url.ts';
import { isTokenName, withoutTokens } from './path-secrets.ts';
import { type Scrub, safely, scrub } from './scrub.ts';
import { SCRUBBED } from './scrubbed.ts';

const KEPT_SCHEMES = ['http:', 'https:', 'file:', 'ws:', 'wss:'];

export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** A part of an address: as it was where nothing is found in it, else scrubbed. */
function part(bare: string, clean: Scrub): string {
  const plain = decoded(bare);
  const scrubbed = clean(plain);
  return scrubbed === plain ? bare : scrubbed.replace(/[/?#]/g, '');
}

/**
 * An address without what it carries: credentials, values of the query and the fragment are gone, path segments and query keys
 * scrubbed, with `:id` for what a path hands over as a token. Of `data:`, `blob:`, `mailto:` and the like only the scheme is left. At most MAX_URL_CHARS characters.
 */
export function scrubUrl(url: string, base?: string, clean: Scrub = safely(scrub)): string {
  if (!URL.canParse(url, base)) return SCRUBBED;
  const { protocol, host, pathname, searchParams } = new URL(url, base);
  if (!KEPT_SCHEMES.includes(protocol)) return protocol;
  // `;jsessionid=…` goes in any case.
  const segments = pathname.split('/').map((segment) => segment.replace(/;.*$/s, ''));
  const kept = withoutTokens(segments.map(decoded));
  const path = segments.map((segment, at) => (kept[at] === VARYING ? VARYING : part(segment, clean))).join('/');
  // In Firefox's content scripts the iterators of URLSearchParams are not iterable; forEach works everywhere.
  const names = new Set<string>();
  searchParams.forEach((value, name) => {
    if (value || !isTokenName(name)) names.add(name);
  });
  const keys = [...names].map((name) => `${part(encodeURIComponent(name), clean)}=`);
  return `${protocol}//${host}${path}${keys.length ? `?${keys.join('&')}` : ''}`.slice(0, MAX_URL_CHARS);
}
