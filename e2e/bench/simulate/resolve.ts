import type { BestSelectorData } from '../../../shared/protocol/schema.ts';
import type { Control } from './world.ts';

/** What a hint leads to on a page. */
export type Resolved =
  | { readonly outcome: 'found'; readonly control: Control; readonly by_selector?: string }
  | { readonly outcome: 'not_found' };

/**
 * As `resolve` of shared/signature does: a selector counts only where its element agrees with the identity of the hint; else the
 * element is looked for by the identity, where the page still shows one alike.
 */
export function resolveOn(
  { selector, alternatives, identity }: Pick<BestSelectorData, 'selector' | 'alternatives' | 'identity'>,
  controls: readonly Control[],
): Resolved {
  for (const each of [selector, ...alternatives.map((one) => one.selector)]) {
    const named = controls.find(({ selectors }) => selectors.has(each));
    const agrees = named && named.signature.identity.name_hash === identity.name_hash;
    if (agrees && (named.alike || named.signature.identity.id === identity.id))
      return { outcome: 'found', control: named, by_selector: each };
  }
  const same = controls.find(({ signature, alike }) => alike && signature.identity.name_hash === identity.name_hash);
  return same ? { outcome: 'found', control: same } : { outcome: 'not_found' };
}

/** Which control a selector names on its own, as a script would take it. */
export const named = (selector: string, controls: readonly Control[]): Control | undefined =>
  controls.find(({ selectors }) => selectors.has(selector));
