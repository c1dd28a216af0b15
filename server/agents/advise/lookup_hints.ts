import type { Api } from '../../../shared/client/api.ts';
import { scrubPage } from '../../../shared/privacy/scrub-signature.ts';
import type { Hint } from '../../../shared/protocol/schema.ts';
import type { HashKey } from '../../../shared/signature/hash.ts';
import { signPage } from '../understand/sign.ts';
import type { PageSeen } from '../understand/types.ts';
import { inTime } from './in_time.ts';

/** How long an answer to the agent waits for hints, in ms; what comes later is there for the next. */
export const DEFAULT_WAIT_MS = 150;
/** How long hints of a page are remembered, in ms. */
const KEPT_MS = 60_000;
/** After a lookup that failed none is tried for so long, after one that was late none waited for: no answer is slowed again and again. */
const PAUSE_MS = 15_000;
/** Pages remembered, at the most. */
const MAX_PAGES = 200;

export interface LookupHintsDeps {
  readonly api: Pick<Api, 'lookup'>;
  readonly runId: string;
  readonly key: () => HashKey | undefined;
  /** Takes out what must not leave the machine. */
  readonly scrub: (text: string) => string;
  /** ms of any origin */
  readonly now: () => number;
  readonly waitMs: number;
}

interface Page {
  readonly asked: number;
  readonly answer: Promise<void>;
  /** Undefined until it came. */
  hints: readonly Hint[] | undefined;
}

/** The hints of a page for one run, remembered; none where the server does not answer in time. */
export function createLookupHints({ api, runId, key, scrub, now, waitMs }: LookupHintsDeps) {
  const pages = new Map<string, Page>();
  /** Until then nobody waits, or asks at all. */
  let slowUntil = Number.NEGATIVE_INFINITY;
  let awayUntil = Number.NEGATIVE_INFINITY;

  function ask(url: string, title_hash: string | undefined): Page {
    const request = { url, run_id: runId, ...(title_hash ? { title_hash } : {}) };
    const page: Page = {
      asked: now(),
      hints: undefined,
      answer: api.lookup(request).then((answer) => {
        if (answer.ok) page.hints = [...answer.value.element_hints, ...answer.value.page_hints];
        else {
          awayUntil = now() + PAUSE_MS;
          pages.delete(url);
        }
      }),
    };
    return page;
  }

  return async (seen: PageSeen, patienceMs?: number): Promise<readonly Hint[]> => {
    const by = key();
    const signed = by && signPage(seen, { key: by, scrub });
    if (!signed || !/^(https?|file):/.test(signed.url_norm)) return [];
    // The template is all that the server looks at; the rest of an address may hold anything.
    const { url_norm, title_hash } = scrubPage(signed, scrub);
    const known = pages.get(url_norm);
    const fresh = known && now() - known.asked <= KEPT_MS;
    if (!fresh && now() < awayUntil) return [];
    if (!fresh && pages.size >= MAX_PAGES) pages.clear();
    const page = fresh ? known : ask(url_norm, title_hash);
    pages.set(url_norm, page);
    if (page.hints === undefined && (patienceMs !== undefined || now() >= slowUntil)) {
      await inTime(patienceMs ?? waitMs, page.answer);
      if (page.hints === undefined) slowUntil = now() + PAUSE_MS;
    }
    return page.hints ?? [];
  };
}
