import type { Api } from '../../shared/client/api.ts';
import type { Hint, LookupResponse, PageSignature } from '../../shared/protocol/schema.ts';
import type { HintsForTab } from '../messages.ts';
import type { Bundles } from './bundles.ts';
import type { CachedLookup, Database } from './database.ts';
import { hintsOffline } from './offline_hints.ts';

/** How long an answer is used without asking again, in ms; an answer without hints for less long. */
const FRESH_MS = 5 * 60_000;
const FRESH_EMPTY_MS = 5000;
/** Answers older than this are dropped, and beyond this many the oldest. */
const KEEP_MS = 24 * 3600_000;
const MAX_ANSWERS = 500;

export interface HintDeps {
  readonly db: Database;
  readonly api: () => Promise<Pick<Api, 'lookupIfChanged'> | undefined>;
  readonly bundles: Bundles;
  readonly now: () => number;
}

const hintsOf = ({ page_hints, element_hints }: LookupResponse): readonly Hint[] => [...page_hints, ...element_hints];

const byKind = (hints: readonly Hint[]): Pick<HintsForTab, 'hints' | 'waits' | 'safe_ops' | 'recipes'> => ({
  hints: hints.filter((hint) => hint.hint_type === 'best_selector'),
  waits: hints.filter((hint) => hint.hint_type === 'wait_condition'),
  safe_ops: hints.filter((hint) => hint.hint_type === 'safe_ops'),
  recipes: hints.filter((hint) => hint.hint_type === 'recipe'),
});

export const NO_HINTS: HintsForTab = {
  page_match: 'none',
  page_similarity: null,
  ...byKind([]),
  from: 'none',
  age_ms: 0,
  lookup_ms: 0,
};

interface Answered extends Pick<HintsForTab, 'from' | 'age_ms'> {
  readonly response: LookupResponse;
}

/** Hints for the page of each tab: from the server, from what it answered before, or without it from the bundle of the domain. */
export function createHints({ db, api, bundles, now }: HintDeps) {
  const byTab = new Map<number, HintsForTab>();

  async function prune(): Promise<void> {
    const tx = db.transaction('hints', 'readwrite');
    let excess = (await tx.store.count()) - MAX_ANSWERS;
    for (let cursor = await tx.store.index('by_at').openCursor(); cursor; cursor = await cursor.continue()) {
      if (excess <= 0 && cursor.value.at > now() - KEEP_MS) break;
      await cursor.delete();
      excess -= 1;
    }
    await tx.done;
  }

  /** Undefined where the server does not answer. */
  async function ask(
    url: string,
    page: PageSignature,
    run_id: string | undefined,
    known: CachedLookup | undefined,
  ): Promise<CachedLookup | undefined> {
    const server = await api();
    const { title_hash, dom_fingerprint_hash: dom_top_signature, dom_simhash } = page;
    const request = Object.fromEntries(
      Object.entries({ title_hash, dom_top_signature, dom_simhash, run_id }).filter(([, value]) => value !== undefined),
    );
    const answer = await server?.lookupIfChanged({ url, ...request }, known?.etag);
    if (!answer?.ok) return undefined;
    const { value } = answer;
    const key = keyOf(page);
    if (value.changed) return { domain: page.domain, key, response: value.value, etag: value.etag, run_id, at: now() };
    return known && { ...known, at: now() };
  }

  /** Without the server: what it answered this run about the page before, or, if that is newer, the bundle. */
  async function offline(page: PageSignature, run_id: string | undefined, known: CachedLookup | undefined) {
    const held = await bundles.held(page.domain);
    if (known && (!held || known.at >= held.checked_at))
      return { response: known.response, from: 'cache', age_ms: now() - known.at } as const;
    if (!held) return undefined;
    const response = await hintsOffline(held.bundle, page, run_id);
    return { response, from: 'bundle', age_ms: now() - held.checked_at } as const;
  }

  async function answered(url: string, page: PageSignature): Promise<Answered | undefined> {
    const run_id = (await db.get('run', 'run'))?.run_id;
    const stored = await db.get('hints', [page.domain, keyOf(page)]);
    // Another run may be told others.
    const known = stored?.run_id === run_id ? stored : undefined;
    const age_ms = known ? now() - known.at : 0;
    if (known && age_ms < (hintsOf(known.response).length > 0 ? FRESH_MS : FRESH_EMPTY_MS))
      return { response: known.response, from: 'cache', age_ms };
    const told = await ask(url, page, run_id, known);
    if (!told) return offline(page, run_id, known && age_ms < KEEP_MS ? known : undefined);
    await db.put('hints', told);
    await prune();
    // Nobody waits for it.
    void bundles.told(page.domain, told.response.bundle_version);
    return { response: told.response, from: 'server', age_ms: 0 };
  }

  return {
    /** Looks the page up. */
    async onPage(tabId: number, url: string, page: PageSignature): Promise<HintsForTab> {
      const started = performance.now();
      const answer = await answered(url, page);
      const result: HintsForTab = answer
        ? {
            page_match: answer.response.page_match,
            // Servers of an earlier version do not tell it.
            page_similarity: answer.response.page_similarity ?? null,
            ...byKind(hintsOf(answer.response)),
            from: answer.from,
            age_ms: answer.age_ms,
            lookup_ms: performance.now() - started,
          }
        : { ...NO_HINTS, lookup_ms: performance.now() - started };
      byTab.set(tabId, result);
      return result;
    },
    forTab: (tabId: number): HintsForTab | undefined => byTab.get(tabId),
    forget: (tabId: number): boolean => byTab.delete(tabId),
    /** Removes all that is held of domains. */
    async forgetDomains(isMeant: (host: string) => boolean): Promise<void> {
      const tx = db.transaction(['hints', 'bundles'], 'readwrite');
      for (const name of ['hints', 'bundles'] as const) {
        const store = tx.objectStore(name);
        for (let cursor = await store.openCursor(); cursor; cursor = await cursor.continue())
          if (isMeant(cursor.value.domain.replace(/:\d+$/, ''))) await cursor.delete();
      }
      await tx.done;
    },
  };
}

const keyOf = ({ url_norm, dom_fingerprint_hash }: PageSignature): string =>
  `${url_norm} ${dom_fingerprint_hash ?? ''}`;

export type Hints = ReturnType<typeof createHints>;
