import { fromBase64url, toBase64url } from '../../shared/hints/base64url.ts';
import { SIGNATURE } from '../../shared/hints/open_bundle.ts';
import type { Db } from '../db/db.ts';

export interface SigningKey {
  /** SPKI in base64url: what clients verify with. */
  readonly publicKey: string;
  sign(text: string): Promise<string>;
}

export type SigningKeys = (projectId: string) => Promise<SigningKey>;

/** Most projects whose keys are remembered. */
const MAX_KNOWN = 1_000;

/** The key of each project, made when it is first asked for, and never told: clients get its public half. */
export function createSigningKeys(db: Db): SigningKeys {
  const known = new Map<string, Promise<SigningKey>>();
  return (projectId) => {
    const found = known.get(projectId);
    if (found) return found;
    if (known.size >= MAX_KNOWN) known.clear();
    const loading = load(db, projectId);
    known.set(projectId, loading);
    // Asked for again where the database did not answer.
    loading.catch(() => known.delete(projectId));
    return loading;
  };
}

interface Row {
  readonly public_key: string;
  readonly private_key: string;
}

async function load(db: Db, projectId: string): Promise<SigningKey> {
  const stored = (await read(db, projectId)) ?? (await make(db, projectId));
  const pkcs8 = fromBase64url(stored.private_key);
  if (!pkcs8) throw new TypeError('a signing key is no base64url');
  const key = await crypto.subtle.importKey('pkcs8', pkcs8, SIGNATURE, false, ['sign']);
  return {
    publicKey: stored.public_key,
    async sign(text) {
      const signature = await crypto.subtle.sign(SIGNATURE, key, new TextEncoder().encode(text));
      return toBase64url(new Uint8Array(signature));
    },
  };
}

const READ = 'select public_key, private_key from signing_keys where project_id = $1';

const read = async (db: Db, projectId: string): Promise<Row | undefined> =>
  (await db.tx('admin', (tx) => tx.query<Row>(READ, [projectId])))[0];

/** Of servers that make one at once, all use that of the first. */
async function make(db: Db, projectId: string): Promise<Row> {
  const { publicKey, privateKey } = await crypto.subtle.generateKey(SIGNATURE, true, ['sign', 'verify']);
  const [spki, pkcs8] = await Promise.all([
    crypto.subtle.exportKey('spki', publicKey),
    crypto.subtle.exportKey('pkcs8', privateKey),
  ]);
  const row = {
    public_key: toBase64url(new Uint8Array(spki)),
    private_key: toBase64url(new Uint8Array(pkcs8)),
  };
  return db.tx('admin', async (tx) => {
    await tx.query(
      `insert into signing_keys (project_id, public_key, private_key) select project_id, $2, $3 from projects
       where project_id = $1 on conflict do nothing`,
      [projectId, row.public_key, row.private_key],
    );
    return (await tx.query<Row>(READ, [projectId]))[0] ?? row;
  });
}
