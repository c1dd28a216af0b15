import browser from 'webextension-polyfill';
import { createTaint, type Taint } from '../../shared/privacy/taint.ts';
import type { HashKey } from '../../shared/signature/hash.ts';
import { createCounter } from './counter.ts';
import { type RawContent, type Sealed, sealItem } from './seal.ts';

/** In storage that is never written to disk: the worker may be stopped at any time, the run goes on. */
export const TYPED_KEY = 'typed';

interface StoredTaint {
  readonly run_id: string;
  readonly forms: readonly string[];
}

/** Seals what is to be stored: of what was typed in the run, in whichever tab and frame, and of what the detectors find. */
export function createPrivacy() {
  let current: { readonly run_id: string; readonly taint: Taint } | undefined;
  const withheld = createCounter('withheld');

  async function taintOf(run_id: string): Promise<Taint> {
    if (current?.run_id === run_id) return current.taint;
    const stored = (await browser.storage.session.get(TYPED_KEY))[TYPED_KEY] as StoredTaint | undefined;
    // Whoever asks at the same time may have been faster: then theirs is the one that has been added to.
    if (current?.run_id !== run_id)
      current = { run_id, taint: createTaint(stored?.run_id === run_id ? stored.forms : []) };
    return current.taint;
  }

  return {
    async typed(run_id: string, texts: readonly string[]): Promise<void> {
      const taint = await taintOf(run_id);
      if (!texts.map((text) => taint.add(text)).some(Boolean)) return;
      await browser.storage.session.set({ [TYPED_KEY]: { run_id, forms: taint.forms() } satisfies StoredTaint });
    },
    typedForms: async (run_id: string): Promise<readonly string[]> => (await taintOf(run_id)).forms(),
    /** The capture as it may be stored. */
    async seal<T extends RawContent>(run_id: string, key: HashKey, captured: T): Promise<Sealed<T>> {
      const { item, withheld: lost } = sealItem(captured, { key, taint: await taintOf(run_id) });
      if (lost) withheld.add();
      return item;
    },
    withheld: withheld.value,
  };
}

export type Privacy = ReturnType<typeof createPrivacy>;
