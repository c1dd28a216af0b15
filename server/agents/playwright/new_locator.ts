import type { SelectorCandidate } from '../../../shared/protocol/schema.ts';
import { render } from '../../../shared/signature/render.ts';
import { askEngine, type Root } from './ask_engine.ts';
import type { LookRequest } from './engine_request.ts';

const ASK_MS = 5000;

export interface NewLocator {
  readonly selector: string;
  /** As a script writes it after `page.`. */
  readonly code: string;
}

/** The best of the control's selectors that Playwright finds it by, and nothing else; undefined where there is none. */
export async function newLocator(
  root: Root,
  act: LookRequest,
  candidates: readonly SelectorCandidate[],
): Promise<NewLocator | undefined> {
  for (const { selector } of candidates.filter(({ matches }) => matches === 1)) {
    const code = render(selector)?.playwright;
    if (!code) continue;
    const same = await askEngine<boolean>(root.locator(selector), { ...act, do: 'same' }, ASK_MS);
    if (same.kind === 'answered' && same.value) return { selector, code };
  }
  return undefined;
}
