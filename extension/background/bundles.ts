import type { Api } from '../../shared/client/api.ts';
import { type BundleRefusal, openBundle } from '../../shared/hints/open_bundle.ts';
import type { Bundle } from '../../shared/protocol/bundle.ts';
import type { BundleStore, HeldBundle } from './bundle_store.ts';

/** A bundle is used as it is for so long before the server is asked whether it still holds, in ms. */
export const REVALIDATE_MS = 15 * 60_000;
/** That there is no bundle, or that what came was refused, is believed for so long. */
export const NEGATIVE_MS = 10 * 60_000;

/** Whose bundles are taken. */
export interface Trust {
  readonly projectId: string;
  /** SPKI in base64url. */
  readonly bundleKey: string;
}

export interface BundleDeps {
  readonly store: BundleStore;
  readonly api: () => Promise<Pick<Api, 'bundle'> | undefined>;
  /** Undefined: the project is not known, or its server makes no bundles. */
  readonly trust: () => Promise<Trust | undefined>;
  readonly refused: (why: BundleRefusal) => void;
  /** ms since 1970 */
  readonly now: () => number;
}

export interface UsableBundle {
  readonly bundle: Bundle;
  readonly checked_at: number;
}

/**
 * The signed bundles of domains, kept for when there is no network. They are used as they are, and asked for again beside: after a while,
 * and as soon as a lookup tells that another version is served. What the server withdrew does not outlive that.
 */
export function createBundles({ store, api, trust, refused, now }: BundleDeps) {
  const asking = new Map<string, Promise<void>>();

  const isCurrent = ({ bundle, checked_at }: HeldBundle, version: number, project: Trust): boolean => {
    const age = now() - checked_at;
    if (!bundle) return age < NEGATIVE_MS;
    return bundle.project_id === project.projectId && bundle.version >= version && age < REVALIDATE_MS;
  };

  async function revalidate(domain: string, version: number): Promise<void> {
    const [project, server] = await Promise.all([trust(), api()]);
    if (!project || !server) return;
    const held = await store.get(domain);
    if (held && isCurrent(held, version, project)) return;
    const before = held?.bundle?.project_id === project.projectId ? held : undefined;
    const holds = before?.bundle !== undefined && before.bundle.version >= version;
    // Dropped before the answer is there: a worker that is stopped meanwhile must not leave it.
    if (held && !holds) await store.remove(domain);

    const answer = await server.bundle(domain, before?.etag);
    const at = now();
    const nothing = { domain, bytes: 0, checked_at: at, used_at: at };
    if (!answer.ok) {
      if (answer.error.code === 'not_found') await store.put(nothing);
      return;
    }
    if (!answer.value.changed) {
      if (before) await store.touch({ ...before, checked_at: at, used_at: at });
      return;
    }
    const { value, etag } = answer.value;
    const opened = await openBundle(value, { ...project, domain, before: before?.bundle, now: at });
    if (opened.ok)
      await store.put({
        ...nothing,
        bundle: opened.bundle,
        etag,
        bytes: new TextEncoder().encode(value.payload).length,
      });
    else {
      refused(opened.refused);
      // One that still holds is kept.
      await store.put(holds ? { ...before, checked_at: at } : nothing);
    }
  }

  return {
    /** What is held of a domain, if it may still be used. */
    async held(domain: string): Promise<UsableBundle | undefined> {
      const held = await store.get(domain);
      if (!held?.bundle || held.bundle.project_id !== (await trust())?.projectId) return undefined;
      if (held.bundle.expires_at <= now()) {
        await store.remove(domain);
        return undefined;
      }
      await store.touch({ ...held, used_at: now() });
      return { bundle: held.bundle, checked_at: held.checked_at };
    },
    /** To be told what version a lookup told of: null, nothing is served; undefined, the server makes no bundles. */
    told(domain: string, version: number | null | undefined): Promise<void> {
      const before = asking.get(domain) ?? Promise.resolve();
      const work = before
        .then(() =>
          version === undefined ? undefined : version === null ? store.remove(domain) : revalidate(domain, version),
        )
        .catch((error: unknown) => console.warn('LaskoBOT Runs: hints were not kept.', error))
        .finally(() => {
          if (asking.get(domain) === work) asking.delete(domain);
        });
      asking.set(domain, work);
      return work;
    },
  };
}

export type Bundles = ReturnType<typeof createBundles>;
