import browser from 'webextension-polyfill';
import { fullScrub } from '../../shared/privacy/full-scrub.ts';
import { SCRUBBED, type Scrub } from '../../shared/privacy/scrub.ts';
import { type Content, scrubItem } from '../../shared/privacy/scrub-item.ts';
import { createTaint, type Taint } from '../../shared/privacy/taint.ts';

/** In storage that is never written to disk: the worker may be stopped at any time, the run goes on. */
export const TYPED_KEY = 'typed';
const WITHHELD_KEY = 'withheld';

interface StoredTaint {
  readonly run_id: string;
  readonly forms: readonly string[];
}

/** Scrubs with all detectors, and of what was typed in the run, whatever is to be stored. */
export function createPrivacy() {
  let current: { readonly run_id: string; readonly taint: Taint } | undefined;
  let counting: Promise<unknown> = Promise.resolve();

  async function taintOf(run_id: string): Promise<Taint> {
    if (current?.run_id === run_id) return current.taint;
    const stored = (await browser.storage.session.get(TYPED_KEY))[TYPED_KEY] as StoredTaint | undefined;
    // Whoever asks at the same time may have been faster: then theirs is the one that has been added to.
    if (current?.run_id !== run_id)
      current = { run_id, taint: createTaint(stored?.run_id === run_id ? stored.forms : []) };
    return current.taint;
  }

  async function withheld(): Promise<number> {
    return Number((await browser.storage.local.get(WITHHELD_KEY))[WITHHELD_KEY] ?? 0);
  }
  function count(): void {
    counting = counting.then(async () => browser.storage.local.set({ [WITHHELD_KEY]: (await withheld()) + 1 }));
  }

  return {
    async typed(run_id: string, texts: readonly string[]): Promise<void> {
      const taint = await taintOf(run_id);
      if (!texts.map((text) => taint.add(text)).some(Boolean)) return;
      await browser.storage.session.set({ [TYPED_KEY]: { run_id, forms: taint.forms() } satisfies StoredTaint });
    },
    typedForms: async (run_id: string): Promise<readonly string[]> => (await taintOf(run_id)).forms(),
    /** The item as it may be stored. */
    async clean<T extends Content>(run_id: string, item: T): Promise<T> {
      const taint = await taintOf(run_id);
      // Typed text first: a detector that took a part of it away would hide the rest.
      const scrub: Scrub = (text) => (text === SCRUBBED ? text : fullScrub(taint.scrub(text)));
      const { item: clean, withheld: lost } = scrubItem(item, scrub);
      if (lost) count();
      return clean;
    },
    withheld,
  };
}

export type Privacy = ReturnType<typeof createPrivacy>;
