import type { Bundle } from '../../shared/protocol/bundle.ts';
import type { Database } from './database.ts';

/** What is held for a domain: its bundle, or that none could be had. */
export interface HeldBundle {
  readonly domain: string;
  /** Undefined: there is none, or what came was refused. */
  readonly bundle?: Bundle | undefined;
  readonly etag?: string | undefined;
  readonly bytes: number;
  /** ms since 1970: when the server last said that this is what it serves, and when it was last looked into. */
  readonly checked_at: number;
  readonly used_at: number;
}

/** Most domains, and most bytes of all their bundles: those that were not used for longest go first. */
export const MAX_BUNDLES = 50;
export const MAX_BUNDLE_STORE_BYTES = 10 * 1024 * 1024;

/** Bundles of hints in IndexedDB, bounded. */
export function createBundleStore(db: Database) {
  return {
    get: (domain: string): Promise<HeldBundle | undefined> => db.get('bundles', domain),
    async put(held: HeldBundle): Promise<void> {
      const tx = db.transaction('bundles', 'readwrite');
      await tx.store.put(held);
      const all = await tx.store.getAll();
      let bytes = all.reduce((sum, each) => sum + each.bytes, 0);
      let count = all.length;
      for (const each of all.toSorted((a, b) => a.used_at - b.used_at)) {
        if (count <= MAX_BUNDLES && bytes <= MAX_BUNDLE_STORE_BYTES) break;
        if (each.domain === held.domain) continue;
        await tx.store.delete(each.domain);
        count -= 1;
        bytes -= each.bytes;
      }
      await tx.done;
    },
    /** Changes the times of what is held. */
    touch: (held: HeldBundle): Promise<unknown> => db.put('bundles', held),
    remove: (domain: string): Promise<void> => db.delete('bundles', domain),
  };
}

export type BundleStore = ReturnType<typeof createBundleStore>;
