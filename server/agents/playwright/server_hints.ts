import type { Api } from '../../../shared/client/api.ts';
import type { BestSelectorHint } from '../../../shared/protocol/schema.ts';
import { withTestIds } from '../../../shared/signature/context.ts';
import { uniqueSelectors } from '../advise/plain.ts';
import type { SignedPage } from './engine_request.ts';
import { selectorsOf } from './locator_selectors.ts';

/** The one hint of a page whose control was recorded under what a locator says; undefined where it is none, or not one alone. */
export async function hintFor(
  api: Pick<Api, 'lookup'>,
  { url, page }: SignedPage,
  {
    locator,
    testIds,
    run_id,
  }: { readonly locator: string; readonly testIds: readonly string[]; readonly run_id: string },
): Promise<BestSelectorHint | undefined> {
  const wanted = new Set(selectorsOf(locator, withTestIds(testIds)));
  if (wanted.size === 0 || !page) return undefined;
  const { title_hash, dom_fingerprint_hash: dom_top_signature, dom_simhash } = page;
  const answer = await api.lookup({ url, title_hash, dom_top_signature, dom_simhash, run_id });
  if (!answer.ok) return undefined;
  const said = answer.value.element_hints
    .filter((hint) => hint.hint_type === 'best_selector')
    .filter(({ data }) => uniqueSelectors(data).some((selector) => wanted.has(selector)));
  return said.length === 1 ? said[0] : undefined;
}
