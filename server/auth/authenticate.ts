import type { Db } from '../db/db.ts';
import { ApiError } from '../errors.ts';
import { sha256Hex } from '../sha256.ts';
import { isKey, type KeyKind } from './key.ts';

/** Who sent a request. */
export interface Caller {
  readonly keyId: string;
  /** Its number, by which rows name it. */
  readonly keyNo: number;
  readonly kind: KeyKind;
  readonly projectId: string;
  readonly projectName: string;
  /** 32 hex digits. */
  readonly textKey: string;
}

/** Throws `ApiError` missing_key, invalid_key or revoked_key. */
export type Authenticate = (headers: Headers) => Promise<Caller>;

/** How long an answer of the database holds, in milliseconds: a revoked key works no longer than this. */
export const KEY_CACHE_MS = 5_000;
/** Most keys remembered, so that guessed ones cannot fill the memory. */
const CACHE_SIZE = 10_000;

type Found = { readonly caller: Caller; readonly revoked: boolean } | undefined;

export function createAuthenticate(db: Db, now: () => number): Authenticate {
  // By the keys themselves: a hash for each request would take longer than all else here.
  const cache = new Map<string, { readonly found: Found; readonly until: number }>();

  async function find(key: string): Promise<Found> {
    const cached = cache.get(key);
    if (cached && cached.until > now()) return cached.found;
    const found = await findKey(db, sha256Hex(key));
    if (cache.size >= CACHE_SIZE) cache.clear();
    cache.set(key, { found, until: now() + KEY_CACHE_MS });
    return found;
  }

  return async (headers) => {
    const key = sentKey(headers);
    if (!key) throw new ApiError('missing_key', 'send a key as Authorization: Bearer KEY');
    const found = isKey(key) ? await find(key) : undefined;
    if (!found) throw new ApiError('invalid_key', 'no such key');
    if (found.revoked) throw new ApiError('revoked_key', 'this key was revoked');
    return found.caller;
  };
}

/** The key in any of the three headers that may hold one. */
export function sentKey(headers: Headers): string | undefined {
  const bearer = /^Bearer\s+(\S+)$/i.exec(headers.get('authorization') ?? '')?.[1];
  return bearer ?? headers.get('apikey') ?? headers.get('x-api-key') ?? undefined;
}

async function findKey(db: Db, hash: string): Promise<Found> {
  const [row] = await db.tx('admin', (tx) =>
    tx.query<{
      key_id: string;
      key_no: number;
      kind: KeyKind;
      project_id: string;
      name: string;
      text_key: string;
      revoked: boolean;
    }>(
      `with found as (
         select k.key_id, k.key_no, k.kind, k.project_id, p.name, p.text_key, k.revoked_at is not null as revoked, k.last_used_at
         from api_keys k join projects p using (project_id) where k.key_hash = $1
       ), used as (
         update api_keys set last_used_at = now()
         where key_id in (
           select key_id from found where not revoked and coalesce(last_used_at, '-infinity') < now() - interval '1 hour')
       )
       select key_id, key_no, kind, project_id, name, text_key, revoked from found`,
      [hash],
    ),
  );
  if (!row) return undefined;
  const { key_id, key_no, kind, project_id, name, text_key, revoked } = row;
  return {
    caller: { keyId: key_id, keyNo: key_no, kind, projectId: project_id, projectName: name, textKey: text_key },
    revoked,
  };
}
