import { OP_CLASSES, type WaitSignal } from '../../../shared/protocol/schema.ts';
import type { Tx } from '../../db/db.ts';
import type { ControlUses, Follows, SignalEvidence } from '../../hints/control_uses.ts';
import { weigher } from '../../hints/count_votes.ts';
import { type Ageing, ageOf, weightOf, within } from '../../hints/votes_sql.ts';
import { type Forms, formsOf, keyOf } from './forms.ts';
import type { ProjectFacts } from './load_projects.ts';

/** What one voter told of a control on one day with one key. */
export interface Use {
  readonly voter: string;
  /** Days ago. */
  readonly age: number;
  readonly key_no: number;
  /** 1 to 4, see OP_CLASSES. */
  readonly worst: number;
  /** In ms; null where none was seen. */
  readonly longest_wait: number | null;
}

export interface LoadedUses extends ControlUses {
  /** Undefined where they are too many to be sent. */
  readonly told: readonly Use[] | undefined;
}

interface Row extends Pick<ControlUses, 'follows' | 'requests'> {
  readonly project_id: string;
  readonly elem_sig_id: string;
  readonly worst: number;
  readonly told: readonly [string, number, number, number, number | null][];
  /** Null where all is told. */
  readonly many: Pick<ControlUses, 'votes' | 'weight' | 'days' | 'others_longest'> | null;
  readonly follows: Follows;
  readonly signals: readonly ({ readonly signal: WaitSignal } & SignalEvidence)[];
  readonly waits: readonly [WaitSignal, number, number][];
}

/** Requests told of a control, the most frequent ones. */
const MAX_REQUESTS = 5;
/** Rows of a control that are sent; of more the database makes the sums. */
const MAX_TOLD = 500;

/** SQL of the longest wait without those of the one, of all that `by` tells apart, that told the longest. */
const secondOf = (by: string, uses: string): string => `
  select max(longest_wait) from control_uses where ${uses} and ${by} is not null group by ${by}
  order by max(longest_wait) desc nulls last offset 1 limit 1`;

/** How controls were used, by `keyOf` of each; of those alone whose use was told. */
export async function loadUses(
  tx: Tx,
  groups: readonly Forms[],
  projects: ReadonlyMap<string, ProjectFacts>,
  ageing: Ageing,
): Promise<ReadonlyMap<string, LoadedUses>> {
  if (groups.length === 0) return new Map();
  const of = (day: string) => `project_id = g.project_id and elem_sig_id = any(g.members) ${within(day, ageing)}`;
  const rows = await tx.query<Row>(
    `select g.project_id, g.elem_sig_id, u.worst, u.told, u.follows, m.many,
       coalesce((
         select json_agg(r) from (
           select method, path, sum(request_ct)::int as count
           from unnest(g.members) as m
           -- One after the other: by a list of them a table that seems small is read by its project alone.
           cross join lateral (
             select * from control_requests where project_id = g.project_id and elem_sig_id = m ${within('last_day', ageing)} offset 0
           ) c
           group by method, path order by sum(request_ct) desc, method, path limit ${MAX_REQUESTS}
         ) r), '[]') as requests,
       coalesce((
         select json_agg(s) from (
           select signal, sum(enough_ct * ${weightOf('week', ageing)}) as enough,
             sum(too_soon_ct * ${weightOf('week', ageing)}) as "tooSoon" from control_signals where ${of('week')} group by signal
         ) s), '[]') as signals,
       coalesce((
         select json_agg(json_build_array(signal, bucket, wait_ct)) from (
           select signal, bucket, sum(wait_ct * ${weightOf('week', ageing)}) as wait_ct from control_waits where ${of('week')}
           group by signal, bucket
         ) w), '[]') as waits
     from jsonb_to_recordset($1::jsonb) as g(project_id uuid, elem_sig_id bigint, members bigint[])
     cross join lateral (
       select count(*) > ${MAX_TOLD} as more, max(worst) as worst,
         json_agg(json_build_array(voter, ${ageOf('day', ageing)}, key_no, worst, longest_wait)) filter (where n <= ${MAX_TOLD}) as told,
         json_build_object('uses', sum(use_ct), 'nothing', sum(nothing_ct), 'same_document', sum(same_document_ct),
           'load', sum(load_ct), 'downloads', sum(download_ct), 'dialogs', sum(dialog_ct), 'changes', sum(change_ct),
           'deletes', sum(delete_ct), 'unseen_requests', sum(unseen_ct), 'confirmed', sum(confirmed_ct)) as follows
       from (select *, row_number() over () as n from control_uses where ${of('day')}) c
       having count(*) > 0
     ) u
     left join lateral (
       select json_build_object('votes', count(*), 'weight', sum(${weightOf('day', ageing)}), 'days', count(distinct day),
         'others_longest', least((${secondOf('voter', of('day'))}), (${secondOf('nullif(key_no, 0)', of('day'))}))) as many
       from (select distinct voter, day from control_uses where u.more and ${of('day')}) c
     ) m on u.more`,
    [formsOf(groups)],
  );
  const weightAt = weigher(ageing);
  return new Map(
    rows.map(({ worst, told, many, follows, requests, signals, waits, ...of }) => {
      const sent = many ? undefined : onePerKey(told);
      return [
        keyOf(of),
        {
          ...(many ?? votesIn(sent ?? [], weightAt)),
          follows,
          told: sent,
          worst: OP_CLASSES[worst - 1] ?? 'destructive',
          requests,
          signals: new Map(signals.map(({ signal, ...evidence }) => [signal, evidence])),
          waits: bySignal(waits),
          textKey: projects.get(of.project_id)?.text_key ?? '',
        },
      ];
    }),
  );
}

/** A use on several states of the page is one. */
function onePerKey(told: Row['told']): Use[] {
  const uses = new Map<string, Use>();
  for (const [voter, age, key_no, worst, wait] of told) {
    const key = `${age} ${key_no} ${voter}`;
    const before = uses.get(key);
    const longest_wait = wait === null ? (before?.longest_wait ?? null) : Math.max(wait, before?.longest_wait ?? wait);
    uses.set(key, { voter, age, key_no, worst: Math.max(worst, before?.worst ?? worst), longest_wait });
  }
  return [...uses.values()];
}

/** What one voter told on one day is one vote. */
function votesIn(told: readonly Use[], weightAt: (age: number) => number) {
  const votes = new Map(told.map(({ voter, age }) => [`${age} ${voter}`, age]));
  const weight = [...votes.values()].reduce((sum, age) => sum + weightAt(age), 0);
  const longest = [secondLongest(told, ({ voter }) => voter), secondLongest(told, ({ key_no }) => key_no || undefined)];
  const known = longest.filter((ms) => ms !== undefined);
  const others_longest = known.length > 0 ? Math.min(...known) : null;
  return { votes: votes.size, weight, days: new Set(votes.values()).size, others_longest };
}

/** As `secondOf`; undefined where one alone told any. */
function secondLongest(told: readonly Use[], by: (use: Use) => string | number | undefined): number | undefined {
  const longest = new Map<string | number, number>();
  for (const use of told) {
    const who = by(use);
    if (who !== undefined && use.longest_wait !== null)
      longest.set(who, Math.max(use.longest_wait, longest.get(who) ?? 0));
  }
  return [...longest.values()].toSorted((a, b) => b - a)[1];
}

function bySignal(waits: Row['waits']): Map<WaitSignal, Map<number, number>> {
  const sketches = new Map<WaitSignal, Map<number, number>>();
  for (const [signal, bucket, count] of waits) {
    const sketch = sketches.get(signal) ?? new Map<number, number>();
    sketches.set(signal, sketch.set(bucket, count));
  }
  return sketches;
}
