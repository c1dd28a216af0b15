import type { BestSelectorHint } from '../../shared/protocol/schema.ts';
import { ask, part } from '../ask.ts';
import type { HintsForTab, VerifyResult } from '../messages.ts';

const percent = (share: number): string => `${Math.round(share * 100)} %`;

const ageText = (ms: number): string =>
  ms < 60_000
    ? `${Math.round(ms / 1000)} s`
    : ms < 3_600_000
      ? `${Math.round(ms / 60_000)} min`
      : `${Math.round(ms / 3_600_000)} h`;

const outcomeText = (result: VerifyResult): string =>
  result.outcome === 'found'
    ? `found by ${result.found_by}, ${percent(result.confidence)}, ${result.ms.toFixed(1)} ms`
    : `${result.outcome.replaceAll('_', ' ')}: ${result.reason}`;

function row(tabId: number, hint: BestSelectorHint): HTMLLIElement {
  const item = document.createElement('li');
  const selector = document.createElement('code');
  selector.textContent = hint.data.selector;
  selector.title = hint.data.renderings?.playwright ?? '';
  const check = document.createElement('button');
  check.type = 'button';
  check.textContent = 'Check';
  const detail = document.createElement('span');
  detail.className = 'soft';
  const { success_ct, error_ct } = hint.evidence;
  detail.textContent = `${hint.hint_type} v${hint.version}, ${percent(hint.confidence)}, ${success_ct} ok, ${error_ct} failed`;
  check.addEventListener('click', async () => {
    try {
      detail.textContent = outcomeText(await ask<VerifyResult>({ type: 'verify', tab_id: tabId, hint }));
    } catch (error) {
      detail.textContent = error instanceof Error ? error.message : String(error);
    }
  });
  item.append(selector, check, detail);
  return item;
}

/** Lists the hints of a tab, each with a button that checks it against the page as it is now. Returns how many there are. */
export async function showHints(tabId: number): Promise<number> {
  const { hints, page_match, from, age_ms } = await ask<HintsForTab>({ type: 'hints', tab_id: tabId });
  const age = from === 'server' ? '' : `, from ${from === 'bundle' ? 'the bundle' : 'before'}, ${ageText(age_ms)} old`;
  part('match').textContent = hints.length > 0 ? `(${page_match}${age})` : '';
  const list = part<HTMLUListElement>('hints');
  if (hints.length > 0) list.replaceChildren(...hints.map((hint) => row(tabId, hint)));
  else list.textContent = 'None yet. They appear after runs on this page were recorded and learned from.';
  return hints.length;
}
