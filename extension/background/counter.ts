import browser from 'webextension-polyfill';

/** A count that outlives the browser, under a key of the extension's storage. */
export function createCounter(key: string) {
  let counting: Promise<unknown> = Promise.resolve();

  async function value(): Promise<number> {
    return Number((await browser.storage.local.get(key))[key] ?? 0);
  }
  return {
    value,
    add(): void {
      counting = counting
        .then(async () => browser.storage.local.set({ [key]: (await value()) + 1 }))
        .catch((error: unknown) => console.warn(`LaskoBOT Runs: ${key} not counted.`, error));
    },
  };
}

/** The same by names. */
export function createCounters(key: string) {
  let counting: Promise<unknown> = Promise.resolve();

  async function values(): Promise<Record<string, number>> {
    return { ...((await browser.storage.local.get(key))[key] as Record<string, number> | undefined) };
  }
  return {
    values,
    add(name: string): void {
      counting = counting
        .then(async () => {
          const before = await values();
          await browser.storage.local.set({ [key]: { ...before, [name]: (before[name] ?? 0) + 1 } });
        })
        .catch((error: unknown) => console.warn(`LaskoBOT Runs: ${key} not counted.`, error));
    },
  };
}

export type Counter = ReturnType<typeof createCounter>;
