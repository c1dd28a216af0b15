import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Api } from '../../../shared/client/api.ts';
import { type HashKey, parseHashKey } from '../../../shared/signature/hash.ts';

const FILE = 'project.json';
/** How often the server is asked again while the key is not known, in ms. */
const RETRY_MS = 15_000;

export interface ProjectKeyDeps {
  readonly api: Pick<Api, 'project'>;
  /** Where it is kept for the time when the server is away: the folder of one server and key. */
  readonly dir: string;
  /** ms of any origin */
  readonly now: () => number;
}

/** The project's key of word hashes: asked of the server, else what it said last time. Until it is known nothing can be signed. */
export function openProjectKey({ api, dir, now }: ProjectKeyDeps): () => HashKey | undefined {
  let key: HashKey | undefined;
  let askedAt: number | undefined;
  let told = false;

  async function ask(): Promise<void> {
    const answer = await api.project();
    if (!answer.ok) return;
    key = parseHashKey(answer.value.text_key);
    told = true;
    await mkdir(dir, { recursive: true });
    await writeFile(join(dir, FILE), JSON.stringify({ text_key: answer.value.text_key }), { mode: 0o600 });
  }
  async function remember(): Promise<void> {
    const { text_key } = JSON.parse(await readFile(join(dir, FILE), 'utf8')) as { text_key: string };
    key ??= parseHashKey(text_key);
  }
  const get = (): HashKey | undefined => {
    if (!told && (askedAt === undefined || now() - askedAt >= RETRY_MS)) {
      askedAt = now();
      // What goes wrong here is tried again; calls go on without signatures.
      void ask().catch(() => undefined);
    }
    return key;
  };
  void remember().catch(() => undefined);
  get();
  return get;
}
