import type { HintCache } from '../cache/hint_cache.ts';
import type { Db } from '../db/db.ts';
import type { Releasing } from '../jobs/aggregate/publish_hints.ts';
import { movePages } from '../jobs/templates.ts';
import { republish } from './republish.ts';

export interface LineageRow {
  readonly id: string;
  readonly kind: 'template' | 'control';
  readonly page: string;
  /** Of a control the two forms, of a template how many addresses it was learned from. */
  readonly what: string;
  readonly at: Date;
  readonly undone: boolean;
  /** Whether it is in force: a join is once enough have told of it. */
  readonly held: boolean;
}

export interface UndoDeps {
  readonly db: Db;
  readonly releasing: Releasing;
  readonly cache: HintCache | undefined;
}

/** What was joined in a project, newest first. */
export async function listLineage(db: Db, projectId: string, limit: number): Promise<readonly LineageRow[]> {
  const rows = await db.tx('admin', (tx) =>
    tx.query<Omit<LineageRow, 'at'> & { readonly at: string }>(
      `select * from (
         select template as id, 'template' as kind, template as page, examples || ' addresses' as what,
           learned_at::text as at, undone_at is not null as undone, undone_at is null as held
         from url_templates where project_id = $1
         union all
         select id::text, 'control', page_key, from_selector || ' -> ' || to_selector, last_at::text,
           undone_at is not null, undone_at is null and held_at is not null
         from element_joins where project_id = $1
       ) l order by at desc, id limit $2`,
      [projectId, limit],
    ),
  );
  return rows.map((row) => ({ ...row, at: new Date(row.at) }));
}

/** Keeps the addresses of a template apart from now on, and makes their hints anew; false where there is no such template. */
export async function undoTemplate(
  { db, releasing, cache }: UndoDeps,
  projectId: string,
  template: string,
): Promise<boolean> {
  const undone = await db.tx('admin', (tx) =>
    tx.query<{ host: string }>(
      'update url_templates set undone_at = now() where project_id = $1 and template = $2 and undone_at is null returning host',
      [projectId, template],
    ),
  );
  const [row] = undone;
  if (!row) return false;
  const alone = { db, renew: async () => undefined, signal: new AbortController().signal };
  await movePages(alone, projectId, row.host, releasing);
  await cache?.forgetProject(projectId);
  return true;
}

/** Parts two forms of a control for good, and makes their hints anew; false where there is no such join. */
export async function undoJoin({ db, releasing, cache }: UndoDeps, projectId: string, id: string): Promise<boolean> {
  const undone = await db.tx('admin', async (tx) => {
    const [join] = await tx.query<{ page_key: string; selectors: string[] }>(
      `update element_joins set undone_at = now() where project_id = $1 and id = $2 and undone_at is null
       returning page_key, array[from_selector, to_selector] as selectors`,
      [projectId, id],
    );
    if (!join) return false;
    const pages = await tx.query<{ page_sig_id: string }>(
      `select distinct e.page_sig_id::text as page_sig_id
       from element_signatures e join page_signatures p on p.project_id = e.project_id and p.page_sig_id = e.page_sig_id
       where e.project_id = $1 and e.selector_norm = any($2::text[]) and coalesce(p.page_key, p.url_norm) = $3`,
      [projectId, join.selectors, join.page_key],
    );
    await republish(
      tx,
      projectId,
      pages.map(({ page_sig_id }) => page_sig_id),
      releasing,
      { actor: 'operator', detail: { undone: id } },
    );
    return true;
  });
  if (undone) await cache?.forgetProject(projectId);
  return undone;
}
