import { plainArray } from '../../db/array.ts';
import type { Tx } from '../../db/db.ts';
import { oldestDay, sendersOf } from './fold_senders.ts';
import type { Releasing } from './publish_hints.ts';
import type { TouchedElement } from './touched.ts';

/** What the hints of a project have in common. */
export interface ProjectFacts {
  readonly project_id: string;
  /** 32 hex digits. */
  readonly text_key: string;
  /** Two at the most: with one alone there is nobody else to ask. */
  readonly instances: number;
  /** API keys that send calls. */
  readonly senders: number;
}

export async function loadProjects(
  tx: Tx,
  touched: readonly Pick<TouchedElement, 'project_id'>[],
  { policy, now }: Pick<Releasing, 'policy' | 'now'>,
): Promise<ReadonlyMap<string, ProjectFacts>> {
  const ids = [...new Set(touched.map(({ project_id }) => project_id))];
  const rows = await tx.query<ProjectFacts>(
    `select p.project_id, p.text_key,
       (select count(*)::int from (select from instances i where i.project_id = p.project_id limit 2) two) as instances,
       (${sendersOf('p.project_id', '$2')}) as senders
     from unnest($1::uuid[]) as t(project_id) join projects p on p.project_id = t.project_id`,
    [plainArray(ids), oldestDay(policy, now)],
  );
  return new Map(rows.map((row) => [row.project_id, row]));
}
