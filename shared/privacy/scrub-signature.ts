import type { ElementIdentity, ElementSignature, PageSignature } from '../protocol/schema.ts';
import { selectorIsClean } from '../signature/clean-selector.ts';
import { VARYING } from '../signature/url.ts';
import type { Scrub } from './scrub.ts';

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

/** Without the selectors and attributes in which anything is found; hashes stay. */
export function scrubElement(signature: ElementSignature, scrub: Scrub): ElementSignature {
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

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** A page's template with `:id` for each part of its path in which anything is found. */
export function scrubPage(signature: PageSignature, scrub: Scrub): PageSignature {
  if (!signature.url_norm.includes('//')) return signature;
  const [scheme = '', empty = '', host = '', ...path] = signature.url_norm.split('/');
  const clean = path.map((segment) => (scrub(decoded(segment)) === decoded(segment) ? segment : VARYING));
  return { ...signature, url_norm: [scheme, empty, host, ...clean].join('/') };
}
