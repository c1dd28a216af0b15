import type { FoundHints, HintCache, HintPage } from './hint_cache.ts';
import { digest } from './hint_key.ts';
import type { RedisLink } from './redis_link.ts';

const TTL_S = 3600;
/** Longer than any entry lives: an entry whose edition is gone is not served. */
const EDITION_TTL_S = 2 * TTL_S;
/** Publishing waits this long for Redis, in ms; the job that does it is in no hurry. */
const PATIENCE_MS = 1_000;
/** Keys looked at in one step. */
const SCAN_KEYS = 1_000;
/** Pages whose news Redis has not taken yet. */
const MAX_OWED = 10_000;

interface Entry {
  readonly edition: string;
  readonly found: FoundHints;
}

/**
 * Shared by all instances. Beside the entries each page has an edition, a random text that publishing changes; an entry
 * counts only while it carries the edition in force. So an answer that was read from the database before a hint was
 * published, and stored after, is never served. Only answers about a state that is known are kept: what else was found
 * changes with the next state that is recorded, too, and an hour is too long for that.
 */
export function createRedisCache(redis: RedisLink): HintCache {
  let owed: readonly HintPage[] = [];

  /** Whether Redis knows of everything that was published here. */
  async function pay(patienceMs?: number): Promise<boolean> {
    const pages = owed;
    if (pages.length === 0) return true;
    const keys = pages.map(editionKey);
    const paid = await redis.ask(
      (client) =>
        Promise.all(
          keys.map((key) => client.set(key, crypto.randomUUID(), { expiration: { type: 'EX', value: EDITION_TTL_S } })),
        ),
      patienceMs,
    );
    if (paid) owed = owed.filter((page) => !pages.includes(page));
    return paid !== undefined;
  }
  redis.onReady(() => void pay());

  return {
    async get({ key, ...page }) {
      const nothing = { layer: undefined, keep: async () => {} };
      if (!(await pay())) return nothing;
      const edition_key = editionKey(page);
      const answer = await redis.ask((client) => client.mGet([key, edition_key]));
      if (!answer) return nothing;
      const [stored, inForce] = answer;
      const entry = stored ? parse(stored) : undefined;
      if (entry && inForce && entry.edition === inForce) return { layer: 'redis', found: entry.found };
      const edition = inForce ?? crypto.randomUUID();
      return {
        layer: undefined,
        async keep(found) {
          if (found.page_match !== 'exact') return;
          const text = JSON.stringify({ edition, found } satisfies Entry);
          await redis.ask((client) =>
            Promise.all([
              inForce ??
                client.set(edition_key, edition, {
                  condition: 'NX',
                  expiration: { type: 'EX', value: EDITION_TTL_S },
                }),
              client.set(key, text, { expiration: { type: 'EX', value: TTL_S } }),
            ]),
          );
        },
      };
    },
    async invalidate(pages) {
      owed = [...owed, ...pages].slice(-MAX_OWED);
      return pay(PATIENCE_MS);
    },
    async forgetProject(projectId) {
      for (const pattern of [`hint:${projectId}:*`, `hint_edition:${projectId}:*`]) {
        let cursor: string | undefined = '0';
        do {
          cursor = await removeSome(redis, pattern, cursor);
        } while (cursor !== undefined && cursor !== '0');
        if (cursor === undefined) return false;
      }
      return true;
    },
    state: () => [{ layer: 'redis', up: redis.up, entries: undefined }],
  };
}

/** Removes a few of the keys that match; answers where to go on, 0 at the end, undefined where Redis does not answer. */
const removeSome = (redis: RedisLink, pattern: string, cursor: string): Promise<string | undefined> =>
  redis.ask(async (client) => {
    const found = await client.scan(cursor, { MATCH: pattern, COUNT: SCAN_KEYS });
    if (found.keys.length) await client.unlink(found.keys);
    return String(found.cursor);
  }, PATIENCE_MS);

const editionKey = ({ projectId, urlNorm }: HintPage): string => `hint_edition:${projectId}:${digest(urlNorm)}`;

function parse(text: string): Entry | undefined {
  try {
    return JSON.parse(text) as Entry;
  } catch {
    return undefined;
  }
}
