import type { ElementIdentity, ElementSignature, PageSignature } from '../protocol/schema.ts';
import { selectorIsClean } from '../signature/clean-selector.ts';
import { VARYING } from '../signature/url.ts';
import { withoutTokens } from './path-secrets.ts';
import type { Scrub } from './scrub.ts';
import { SCRUBBED } from './scrubbed.ts';
import { decoded } from './url.ts';

/** What stands in an identity as it is, and must be clean or go. */
const PLAIN = ['id', 'name_attr', 'href', 'within'] as const satisfies readonly (keyof ElementIdentity)[];

function scrubIdentity(identity: ElementIdentity, scrub: Scrub): ElementIdentity {
  const clean = { ...identity };
  for (const field of PLAIN) {
    const value = clean[field];
    if (value !== undefined && scrub(value) !== value) delete clean[field];
  }
  if (clean.test_id && scrub(clean.test_id.value) !== clean.test_id.value) delete clean.test_id;
  const classes = clean.classes?.filter((name) => scrub(name) === name);
  if (classes) clean.classes = classes;
  return clean;
}

const PATH = /^(?:[a-z]+:)?\//;

/** Finds tokens in addresses too. */
const inPaths =
  (scrub: Scrub): Scrub =>
  (text) => {
    if (!PATH.test(text)) return scrub(text);
    const segments = text.split(/[/?#]/).map(decoded);
    return withoutTokens(segments).every((segment, at) => segment === segments[at]) ? scrub(text) : SCRUBBED;
  };

/** Without the selectors and attributes in which anything is found; hashes stay. */
export function scrubElement(signature: ElementSignature, scrubber: Scrub): ElementSignature {
  const scrub = inPaths(scrubber);
  const { candidates, identity, selector_norm } = signature;
  const clean = candidates?.filter(({ selector }) => selectorIsClean(selector, scrub));
  const best = clean?.find(({ matches }) => matches === 1) ?? clean?.[0];
  const kept = selectorIsClean(selector_norm, scrub);
  return {
    ...signature,
    selector_norm: kept ? selector_norm : (best?.selector ?? identity?.tag ?? '*'),
    ...(identity ? { identity: scrubIdentity(identity, scrub) } : {}),
    ...(clean ? { candidates: clean } : {}),
  };
}

/** A page's template with `:id` for each part of its path that is a token or in which anything is found. */
export function scrubPage(signature: PageSignature, scrub: Scrub): PageSignature {
  if (!signature.url_norm.includes('//')) return signature;
  const [scheme = '', empty = '', host = '', ...path] = signature.url_norm.split('/');
  const plain = path.map(decoded);
  const kept = withoutTokens(plain);
  const clean = path.map((segment, at) =>
    kept[at] === plain[at] && scrub(plain[at]!) === plain[at] ? segment : VARYING,
  );
  return { ...signature, url_norm: [scheme, empty, host, ...clean].join('/') };
}
