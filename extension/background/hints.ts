import type { Endpoint } from '../../shared/client/endpoint.ts';
import type { Hint, LookupResponse, PageSignature } from '../../shared/protocol/schema.ts';
import type { HintsForTab } from '../messages.ts';
import type { Database } from './database.ts';

/** How long an answer is used without asking again, in ms; an answer without hints for less long. */
const FRESH_MS = 5 * 60_000;
const FRESH_EMPTY_MS = 5000;
/** Answers older than this are dropped, and beyond this many the oldest. */
const KEEP_MS = 24 * 3600_000;
const MAX_ANSWERS = 500;
const TIMEOUT_MS = 5000;

export interface HintDeps {
  readonly db: Database;
  readonly endpoint: () => Promise<Endpoint | undefined>;
  readonly now: () => number;
}

const hintsOf = ({ page_hints, element_hints }: LookupResponse): readonly Hint[] => [...page_hints, ...element_hints];

const byKind = (hints: readonly Hint[]): Pick<HintsForTab, 'hints' | 'waits' | 'safe_ops' | 'recipes'> => ({
  hints: hints.filter((hint) => hint.hint_type === 'best_selector'),
  waits: hints.filter((hint) => hint.hint_type === 'wait_condition'),
  safe_ops: hints.filter((hint) => hint.hint_type === 'safe_ops'),
  recipes: hints.filter((hint) => hint.hint_type === 'recipe'),
});

async function ask(
  endpoint: Endpoint,
  url: string,
  page: PageSignature,
  run_id: string | undefined,
): Promise<LookupResponse | undefined> {
  const { title_hash, dom_fingerprint_hash: dom_top_signature, dom_simhash } = page;
  const response = await fetch(`${endpoint.server_url}/hints/lookup`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${endpoint.key}` },
    body: JSON.stringify({ url, title_hash, dom_top_signature, dom_simhash, run_id }),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  return response.ok ? ((await response.json()) as LookupResponse) : undefined;
}

/** Hints for the page of each tab, from the cache by domain or from the server. */
export function createHints({ db, endpoint, now }: HintDeps) {
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

  return {
    /** Looks the page up. A dead server is answered from the cache, however old, within `KEEP_MS`. */
    async onPage(tabId: number, url: string, page: PageSignature): Promise<HintsForTab> {
      const started = performance.now();
      const key = `${page.url_norm} ${page.dom_fingerprint_hash ?? ''}`;
      const known = await db.get('hints', [page.domain, key]);
      const freshFor = known && hintsOf(known.response).length > 0 ? FRESH_MS : FRESH_EMPTY_MS;
      const target = await endpoint();
      const run_id = (await db.get('run', 'run'))?.run_id;
      const fresh = known !== undefined && known.run_id === run_id && now() - known.at < freshFor;
      const answer = fresh || !target ? undefined : await ask(target, url, page, run_id).catch(() => undefined);
      if (answer) {
        await db.put('hints', { domain: page.domain, key, response: answer, run_id, at: now() });
        await prune();
      }
      const response = answer ?? known?.response;
      const result: HintsForTab = {
        page_match: response?.page_match ?? 'none',
        ...byKind(response ? hintsOf(response) : []),
        cached: answer === undefined && known !== undefined,
        lookup_ms: performance.now() - started,
      };
      byTab.set(tabId, result);
      return result;
    },
    forTab: (tabId: number): HintsForTab | undefined => byTab.get(tabId),
    forget: (tabId: number): boolean => byTab.delete(tabId),
  };
}

export type Hints = ReturnType<typeof createHints>;
