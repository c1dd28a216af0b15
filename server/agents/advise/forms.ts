import type { ElementSignature, Hint } from '../../../shared/protocol/schema.ts';
import { type HashKey, hashText } from '../../../shared/signature/hash.ts';
import { fitsTemplate } from '../../../shared/signature/url.ts';
import { pageOf } from '../understand/sign.ts';
import type { Understood } from '../understand/types.ts';
import { uniqueSelectors } from './plain.ts';

/** What a control's signature is keyed by. */
export type Form = Pick<ElementSignature, 'selector_norm' | 'attr_fingerprint_hash'>;

/** Pages whose controls are remembered. */
const MAX_PAGES = 500;

interface Known {
  readonly form: Form;
  readonly selectors: ReadonlySet<string>;
  readonly role: string | undefined;
  readonly name_hash: string | undefined;
}

/** The forms in which controls are recorded that hints told of, so that what agents and extensions record of one control is one. */
export function createForms() {
  const pages = new Map<string, readonly Known[]>();

  return {
    learn(hints: readonly Hint[]): void {
      const byPage = new Map<string, Known[]>();
      for (const { hint_type, element, page, data, domain } of hints) {
        // Those from other pages are not all of their page.
        if (hint_type !== 'best_selector' || !element || domain) continue;
        const { selector_norm, attr_fingerprint_hash } = element;
        const { role, name_hash, count } = data.identity;
        byPage.set(page.url_norm, [
          ...(byPage.get(page.url_norm) ?? []),
          {
            form: { selector_norm, attr_fingerprint_hash },
            selectors: new Set(uniqueSelectors(data)),
            role,
            // One of several of a name is not told by it.
            name_hash: count === undefined || count === 1 ? name_hash : undefined,
          },
        ]);
      }
      if (pages.size + byPage.size > MAX_PAGES) pages.clear();
      for (const [page, known] of byPage) pages.set(page, known);
    },
    /** The form of what a call used: a control that a hint's selector named, or the only one of its role and whole name. */
    of(understood: Understood, key: HashKey): Form | undefined {
      const { element } = understood;
      const page = pageOf(understood);
      if (!element || !page) return undefined;
      const here = [...pages].filter(([template]) => fitsTemplate(page.url, template)).flatMap(([, known]) => known);
      const { target, role, name, count = 1 } = element;
      const bySelector = here.filter(({ selectors }) => target !== undefined && selectors.has(target));
      const name_hash = name !== undefined && count === 1 ? hashText(key, name) : undefined;
      const byName = here.filter((one) => name_hash !== undefined && one.name_hash === name_hash && one.role === role);
      const found = bySelector.length > 0 ? bySelector : byName;
      return found.length === 1 ? found[0]!.form : undefined;
    },
  };
}

export type Forms = ReturnType<typeof createForms>;
