import type { HintCache } from './hint_cache.ts';

/** Asks `near`, then `far`, and keeps in `near` what `far` had. */
export function layers(near: HintCache, far: HintCache): HintCache {
  return {
    async get(key) {
      const here = await near.get(key);
      if (here.layer) return here;
      const there = await far.get(key);
      if (there.layer) {
        await here.keep(there.found);
        return there;
      }
      return {
        layer: undefined,
        keep: async (found) => {
          await Promise.all([here.keep(found), there.keep(found)]);
        },
      };
    },
    async invalidate(pages) {
      // Far first: emptied before, near could be filled again with what far still has.
      const forgot = await far.invalidate(pages);
      return (await near.invalidate(pages)) && forgot;
    },
    async forgetProject(projectId) {
      const forgot = await far.forgetProject(projectId);
      return (await near.forgetProject(projectId)) && forgot;
    },
    state: () => [...near.state(), ...far.state()],
  };
}
