import type { Shares } from '../../shared/hints/for_run.ts';
import {
  BUNDLE_FORMAT,
  BUNDLE_LIFE_MS,
  type Bundle,
  type BundlePage,
  MAX_BUNDLE_BYTES,
  type SignedBundle,
} from '../../shared/protocol/bundle.ts';
import type { Db } from '../db/db.ts';
import { sha256Hex } from '../sha256.ts';
import { type Content, readContent } from './read_content.ts';
import type { SigningKeys } from './signing_key.ts';

/** After this long a bundle is made anew though nothing else is served, in ms: it must not expire where it is asked for. */
const REMAKE_MS = 24 * 3600_000;

export interface BundleDeps extends Shares {
  readonly db: Db;
  readonly signingKeys: SigningKeys;
  /** ms since 1970 */
  readonly now: () => number;
}

export interface MadeBundle extends SignedBundle {
  readonly etag: string;
}

/** The bundle of what is served for a domain now; undefined where nothing ever was. Made once a version, by whoever asks first. */
export async function bundleOf(deps: BundleDeps, projectId: string, domain: string): Promise<MadeBundle | undefined> {
  const { db, now } = deps;
  const [stored] = await db.tx({ projectId }, (tx) =>
    tx.query<MadeBundle & { made_at: Date }>(
      `select payload, signature, etag, made_at from hint_bundles
       where project_id = $1 and domain = $2 and payload is not null`,
      [projectId, domain],
    ),
  );
  if (stored && now() - stored.made_at.getTime() < REMAKE_MS) return stored;
  const content = await readContent(db, projectId, domain);
  return content && make(deps, projectId, domain, content);
}

async function make(
  { db, signingKeys, now, canaryPercent, holdoutPercent }: BundleDeps,
  projectId: string,
  domain: string,
  { version, templates, controls, ...content }: Content,
): Promise<MadeBundle> {
  const made_at = now();
  const { pages, whole } = fitting(content.pages);
  const payload = JSON.stringify({
    format: BUNDLE_FORMAT,
    project_id: projectId,
    domain,
    version,
    made_at,
    expires_at: made_at + BUNDLE_LIFE_MS,
    canary_percent: canaryPercent,
    holdout_percent: holdoutPercent,
    complete: content.complete && whole,
    templates: [...templates],
    pages,
    controls,
  } satisfies Bundle);
  const signature = await (await signingKeys(projectId)).sign(payload);
  const etag = `"${version}-${sha256Hex(payload).slice(0, 24)}"`;
  await db.tx({ projectId }, (tx) =>
    tx.query(
      // Of a version that is no longer in force nothing is kept.
      `update hint_bundles set payload = $4, signature = $5, etag = $6, made_at = $7
       where project_id = $1 and domain = $2 and version = $3`,
      [projectId, domain, version, payload, signature, etag, new Date(made_at)],
    ),
  );
  return { payload, signature, etag };
}

const bytesOf = (value: unknown): number => new TextEncoder().encode(JSON.stringify(value)).byteLength;

/** For what is no page: 200 templates and 200 controls take less, but for addresses of a kilobyte. */
const RESERVED_BYTES = 64 * 1024;

/** The first pages and hints, as many as a bundle may hold beside all else. */
function fitting(all: readonly BundlePage[]): { readonly pages: BundlePage[]; readonly whole: boolean } {
  let left = MAX_BUNDLE_BYTES - RESERVED_BYTES;
  const pages: BundlePage[] = [];
  for (const page of all) {
    left -= bytesOf({ ...page, hints: [] });
    const hints: BundlePage['hints'] = [];
    for (const hint of page.hints) {
      left -= bytesOf(hint) + 1;
      if (left < 0) break;
      hints.push(hint);
    }
    if (hints.length > 0) pages.push({ ...page, hints });
    if (left < 0) return { pages, whole: false };
  }
  return { pages, whole: true };
}
