import type { SelectorKind } from '../protocol/schema.ts';
import type { SignatureContext } from './context.ts';
import { signElement } from './element.ts';
import { type Resolution, resolve, type Target } from './resolve.ts';
import type { Root } from './roots.ts';

/** What finds an element by where it stands, or by what it looks like: another page of a site has its like. */
const NO_HANDLE: readonly (SelectorKind | 'identity')[] = ['identity', 'css', 'positional'];

/** What tells a control's signature from others. */
export interface Form {
  readonly selector_norm: string;
  readonly attr_fingerprint_hash: string;
}

/**
 * As `resolve`, on a page that nobody met: taken only if one of its recorded handles or its name leads to it, and it is in the very form
 * in which it stands on other pages of the domain. What has changed is refused, since nothing tells how this page looked before.
 */
export function resolveElsewhere(target: Target, form: Form, root: Root, context: SignatureContext): Resolution {
  const found = resolve(target, root, context);
  if (found.outcome !== 'found') return found;
  if (NO_HANDLE.includes(found.found_by))
    return { outcome: 'identity_mismatch', reason: 'alike, but nothing on this page leads to it by name' };
  const here = signElement(found.element, context);
  return here.selector_norm === form.selector_norm && here.attr_fingerprint_hash === form.attr_fingerprint_hash
    ? found
    : { outcome: 'identity_mismatch', reason: 'not in the form that it has on other pages of this domain' };
}
