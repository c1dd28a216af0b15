import type { Tx } from '../../db/db.ts';
import type { ElementGroup, ElementMember } from '../../hints/best_selector.ts';
import { type DayCount, tally, weigher } from '../../hints/count_votes.ts';
import type { Tally } from '../../hints/release.ts';
import type { Ageing } from '../../hints/votes_sql.ts';
import { groupsSql } from './groups_sql.ts';
import type { ProjectFacts } from './load_projects.ts';
import { withOwnIdentities } from './own_identities.ts';
import type { TouchedElement } from './touched.ts';

/** An element group and where its hints are kept: at its first signature. */
export interface LoadedGroup extends Omit<ElementGroup, 'selectors'> {
  readonly project_id: string;
  /** Of the page: a learned template, else the address. */
  readonly url_norm: string;
  readonly page_sig_id: string;
  readonly elem_sig_id: string;
  /** Of the project. */
  readonly text_key: string;
  readonly members: readonly (ElementMember & { readonly attr_fingerprint_hash: string })[];
  /** Runs that used it, as votes of their instances. */
  readonly recorded: Tally;
}

interface Row {
  readonly project_id: string;
  readonly url_norm: string;
  readonly selector_norm: string;
  readonly page_sig_id: string;
  readonly elem_sig_id: string;
  readonly members: (Omit<ElementMember, 'last_success_at'> & {
    readonly last_success_at: string | null;
    readonly attr_fingerprint_hash: string;
  })[];
  readonly tools: string[];
  readonly latencies: readonly (readonly [age: number, bucket: number, count: number, ms: number])[];
  /** Of days and keys: days ago, key, successes, errors, and runs that succeeded and that did not. */
  readonly days: readonly [number, number, number, number, number, number][];
}

/**
 * The groups that elements belong to, with all their evidence: the same selector_norm and attr_fingerprint_hash on all states of one
 * page, and the forms that were joined with it.
 */
export async function loadGroups(
  tx: Tx,
  touched: readonly TouchedElement[],
  projects: ReadonlyMap<string, ProjectFacts>,
  ageing: Ageing,
): Promise<LoadedGroup[]> {
  if (touched.length === 0) return [];
  const rows = await tx.query<Row>(groupsSql(ageing), [JSON.stringify(touched)]);
  const weightAt = weigher(ageing);
  return rows.map(({ days, latencies, ...row }) => {
    const text_key = projects.get(row.project_id)?.text_key ?? '';
    const recorded = tally(days.flatMap(runsOf), weightAt);
    return {
      ...row,
      text_key,
      members: withOwnIdentities(row.members, text_key).map((member) => ({
        ...member,
        last_success_at: member.last_success_at === null ? null : new Date(member.last_success_at),
      })),
      recorded,
      runs: recorded.ok + recorded.bad,
      weights: {
        ok: days.reduce((sum, [age, , ok]) => sum + ok * weightAt(age), 0),
        bad: days.reduce((sum, [age, , , bad]) => sum + bad * weightAt(age), 0),
      },
      ...latenciesOf(latencies, weightAt),
    };
  });
}

/** A key that sent calls of runs that count for another one is none that told of the control. */
const runsOf = ([age, key_no, , , ok, bad]: Row['days'][number]): DayCount[] =>
  ok + bad > 0 ? [{ age, key_no, ok, bad }] : [];

function latenciesOf(
  rows: Row['latencies'],
  weightAt: (age: number) => number,
): Pick<ElementGroup, 'latencies' | 'avgLatencyMs'> {
  const latencies = new Map<number, number>();
  let total = 0;
  let sumMs = 0;
  for (const [age, bucket, count, ms] of rows) {
    const weight = weightAt(age);
    latencies.set(bucket, (latencies.get(bucket) ?? 0) + count * weight);
    total += count * weight;
    sumMs += ms * weight;
  }
  return { latencies, avgLatencyMs: total > 0 ? sumMs / total : null };
}
