import { MAX_URL_NORM_CHARS } from '../protocol/limits.ts';

export interface NormalisedUrl {
  /** Scheme, host and templated path in lower case; no query, no fragment, no credentials. */
  readonly url_norm: string;
  /** Host in lower case, with its port where that is not the scheme's own. */
  readonly domain: string;
}

/** Path segments that name one thing of many: numbers, UUIDs, dates, hashes, opaque tokens. */
const ID_SEGMENT = [
  /^\d+$/,
  /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/,
  /^\d{4}-\d{2}(-\d{2})?$/,
  /^(?=.*\d)[0-9a-f]{8,}$/,
  /^(?=(?:.*\d){2})(?=.*[a-z])[a-z0-9_-]{20,}$/,
];
/** What people write into a path: an address with an @ is never structure. */
const PERSONAL_SEGMENT = /@|%40/;

/** Stands in a template for a path segment that varies. */
export const VARYING = ':id';

const templated = (segment: string): string =>
  ID_SEGMENT.some((pattern) => pattern.test(segment)) || PERSONAL_SEGMENT.test(segment) ? VARYING : segment;

/**
 * The address that states of one page share: `https://Shop.example/Item/4711?x=1#top` → `https://shop.example/item/:id`.
 * Opaque schemes (about:, data:, blob:) keep only their scheme, since the rest is content. Undefined where it is no URL.
 */
export const normaliseUrl = (url: string): NormalisedUrl | undefined =>
  URL.canParse(url) ? normalised(new URL(url)) : undefined;

function normalised({ protocol, host, pathname }: URL): NormalisedUrl {
  if (!['http:', 'https:', 'file:', 'ws:', 'wss:'].includes(protocol)) return { url_norm: protocol, domain: '' };
  const path = pathname
    .toLowerCase()
    .split('/')
    .map(templated)
    .join('/')
    .replace(/(?<=.)\/+$/, '');
  return { url_norm: `${protocol}//${host}${path}`.slice(0, MAX_URL_NORM_CHARS), domain: host };
}

/** Whether an address is one of those that a template stands for; segments may vary for reasons that the address does not show. */
export function fitsTemplate(url: string, template: string): boolean {
  const here = normaliseUrl(url)?.url_norm.split('/');
  const wanted = template.split('/');
  return (
    here?.length === wanted.length && wanted.every((part, at) => part === here[at] || (part === VARYING && at > 2))
  );
}

/** Whether an address is on the host of a url_norm or template. */
export const sameHost = (url: string, template: string): boolean =>
  normaliseUrl(url)?.domain === template.split('/')[2];

/** The page whose links were looked at last. */
let from: { readonly base: string; readonly domain: string | undefined } = { base: '', domain: undefined };

/** Where a link leads, as seen from its page: the templated path, with the host where it is another one; undefined within the page. */
export function linkPath(href: string, base: string): string | undefined {
  if (href.startsWith('#') || !URL.canParse(href, base)) return undefined;
  const { url_norm, domain } = normalised(new URL(href, base));
  if (!domain) return undefined;
  const path = url_norm.slice(url_norm.indexOf(domain) + domain.length) || '/';
  if (from.base !== base) from = { base, domain: normaliseUrl(base)?.domain };
  return domain === from.domain ? path : `//${domain}${path}`;
}
