import { createMasking } from '../../shared/privacy/masking.ts';
import { safely, scrub } from '../../shared/privacy/scrub.ts';
import type { BestSelectorHint, VerifyOutcome } from '../../shared/protocol/schema.ts';
import { type SignatureContext, withTestIds } from '../../shared/signature/context.ts';
import { parseHashKey } from '../../shared/signature/hash.ts';
import { type Resolution, resolve } from '../../shared/signature/resolve.ts';
import { resolveElsewhere } from '../../shared/signature/resolve-elsewhere.ts';
import { uniquePath } from '../../shared/signature/unique-path.ts';
import { fitsTemplate, sameHost } from '../../shared/signature/url.ts';
import type { HintAction, ReadingPolicy, VerifyResult } from '../messages.ts';
import { act } from './act.ts';
import { changedForm } from './changed_form.ts';

export type Resolved =
  | Extract<Resolution, { outcome: 'found' }>
  | { readonly outcome: Exclude<VerifyOutcome, 'found'>; readonly reason: string };

/** The element of a hint on the page as it is now, or a typed miss. One of the domain is for all pages of its host. */
export function resolveHint(hint: BestSelectorHint, context: SignatureContext): Resolved {
  const { domain, element, page } = hint;
  if (domain && element)
    return sameHost(document.location.href, page.url_norm)
      ? resolveElsewhere(hint.data, element, document, context)
      : { outcome: 'page_mismatch', reason: 'The hint is for another host.' };
  if (!fitsTemplate(document.location.href, hint.page.url_norm))
    return { outcome: 'page_mismatch', reason: `The hint is for ${hint.page.url_norm}.` };
  return resolve(hint.data, document, context);
}

/**
 * Checks a hint against the live page: the element with a confidence, or a typed miss. Acts only on what was found.
 * @param textKey `text_key` of the project, 32 hex digits.
 */
export function verify(
  hint: BestSelectorHint,
  textKey: string,
  masking: ReadingPolicy,
  action?: HintAction,
): VerifyResult {
  const started = performance.now();
  const ms = (): number => performance.now() - started;
  const { masked } = createMasking(masking, document);
  const ctx = {
    key: parseHashKey(textKey),
    scrub: safely(scrub),
    masked,
    testIdAttributes: withTestIds(masking.test_ids),
  };
  const resolution = resolveHint(hint, ctx);
  if (resolution.outcome !== 'found') return { outcome: resolution.outcome, reason: resolution.reason, ms: ms() };
  const { element, ...how } = resolution;
  const found = { ...how, selector: uniquePath(element), ms: ms() };
  const changed_to = changedForm(element, hint, ctx);
  return { ...found, ...(changed_to ? { changed_to } : {}), acted: action ? act(element, action) : false };
}
