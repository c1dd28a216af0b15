import { MAX_CANDIDATES, MAX_ELEMENT_SIGNATURES } from '../../../shared/protocol/limits.ts';
import type { ElementSignature, PageSignature, ToolCall } from '../../../shared/protocol/schema.ts';
import type { SealContext } from '../../../shared/signature/context.ts';
import { generated } from '../../../shared/signature/generated.ts';
import { sealElement } from '../../../shared/signature/seal-element.ts';
import { titleHash } from '../../../shared/signature/title.ts';
import { normaliseUrl } from '../../../shared/signature/url.ts';
import { ordered } from './ordered.ts';
import type { ElementSeen, PageSeen, Understood } from './types.ts';

/** Stands for a tag that nobody saw. */
export const ANY_TAG = '*';

export type Signed = Pick<ToolCall, 'page_signature' | 'element_signatures'>;

/** A page as its address and title tell it: no state of it, since nobody saw its DOM. */
export function signPage({ url, title }: PageSeen, { key, scrub }: SealContext): PageSignature | undefined {
  const normal = normaliseUrl(url);
  const title_hash = title === undefined ? undefined : titleHash(key, scrub(title));
  return normal && { ...normal, ...(title_hash ? { title_hash } : {}) };
}

/** An element sealed as the extension seals it, with what a server's words tell of it; undefined where nothing tells it from others. */
export function signElement(seen: ElementSeen, ctx: SealContext): ElementSignature | undefined {
  const { role, name = seen.name_part ?? '', test_id, placeholder, label = '', landmark, heading = '' } = seen;
  const { before = '', after = '', index, count } = seen;
  const stable = test_id && !generated(test_id.value) ? test_id : undefined;
  const candidates = ordered(seen.candidates)
    .filter(({ kind }) => kind !== 'test_id' || stable !== undefined)
    .slice(0, MAX_CANDIDATES);
  const sealed = sealElement(
    {
      tag: ANY_TAG,
      role,
      type: undefined,
      id: undefined,
      name_attr: undefined,
      href: undefined,
      classes: undefined,
      landmark,
      index,
      count,
      told: undefined,
      path: undefined,
      shadow: undefined,
      box: undefined,
      name,
      text: '',
      label,
      near: '',
      heading,
      marks: '',
      before,
      after,
      placeholder,
      choices: { test_id: stable, candidates },
    },
    ctx,
  );
  const { name_hash, ...rest } = sealed.identity ?? { tag: ANY_TAG };
  // The hash of a part is not that of the name.
  const identity = seen.name !== undefined && name_hash !== undefined ? { ...rest, name_hash } : rest;
  const { name_words, label_words, placeholder_words, test_id: handle } = identity;
  if ((name_words ?? label_words ?? placeholder_words ?? handle) !== undefined) return { ...sealed, identity };
  // Nobody could verify it, but its selector is its own.
  const { identity: _, ...unverified } = sealed;
  return sealed.selector_norm === ANY_TAG ? undefined : unverified;
}

/** The page that a call is about: where it used an element the one that it was made on, else the one that it led to. */
export const pageOf = ({ element, on, page }: Understood): PageSeen | undefined => (element ? on : (page ?? on));

/**
 * What a call's record says of page and element.
 * @param ctx `key` is the project's, `scrub` takes out personal data and what was typed
 */
export function sign(understood: Understood, ctx: SealContext): Signed {
  const { element, also } = understood;
  const page = pageOf(understood);
  const page_signature = page && signPage(page, ctx);
  if (!page_signature) return {};
  const acted = element && signElement(element, ctx);
  const others = acted ? (also ?? []).flatMap((one) => signElement(one, ctx) ?? []) : [];
  const element_signatures = acted ? [acted, ...others].slice(0, MAX_ELEMENT_SIGNATURES) : [];
  return { page_signature, ...(element_signatures.length > 0 ? { element_signatures } : {}) };
}
