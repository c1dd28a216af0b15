/**
 * Runs work in one context at a time, by a Web Lock. Who finds it taken is told once it is free again: the browser frees it in the
 * moment in which its holder ends or dies.
 * @returns whether the work ran here.
 */
export function createExclusive(locks: LockManager, name: string, onFree: () => void) {
  let waiting = false;
  return async (work: () => Promise<void>): Promise<boolean> => {
    const ran = await locks.request(name, { ifAvailable: true }, async (lock) => {
      if (lock) await work();
      return lock !== null;
    });
    if (!ran && !waiting) {
      waiting = true;
      void locks
        .request(name, async () => {
          waiting = false;
        })
        .then(onFree);
    }
    return ran;
  };
}

export type Exclusive = ReturnType<typeof createExclusive>;
