import type { Tx } from '../../db/db.ts';
import { bucketOf } from '../../hints/sketch.ts';
import type { StepDetails } from '../../recipes/keys.ts';
import { KNOWN_RUNS } from '../../recipes/limits.ts';
import type { Sequence } from '../../recipes/sequences.ts';
import type { Step } from '../../recipes/steps.ts';
import { createSums } from '../aggregate/sums.ts';

/** The sequences of a run, which may hold one several times. */
export interface Counted {
  readonly run_id: string;
  readonly voter: string;
  readonly day: string;
  /** 0: not known. */
  readonly key_no: number;
  readonly sequences: readonly Sequence[];
}

/** Pairs that runs made before, with the run where it is the only one, else ''. */
export async function knownPairs(
  tx: Tx,
  projectId: string,
  keys: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const rows = await tx.query<{ key: string; only: string }>(
    `select key, case when run_ct > 1 then '' else coalesce(last_runs[1]::text, '') end as only
     from recipes where project_id = $1 and key = any($2::text[]) and run_ct > 0`,
    [projectId, [...new Set(keys)]],
  );
  return new Map(rows.map(({ key, only }) => [key, only]));
}

/** Adds what runs made to what is known of each sequence; answers the recipes. Failures of what never succeeded count nowhere. */
export async function countSequences(tx: Tx, projectId: string, counted: readonly Counted[]): Promise<string[]> {
  const votes = createSums();
  const scrolls = createSums();
  const newest = new Map<string, Made>();
  for (const { run_id, voter, day, key_no, sequences } of counted) {
    for (const [key, { ok, bad }] of verdictsOf(sequences)) {
      votes.add({ key, voter, day, key_no }, ok && !bad ? { ok_ct: 1 } : { bad_ct: 1 });
      if (!ok || bad) continue;
      newest.set(key, { sequence: ok, runs: [...(newest.get(key)?.runs ?? []), run_id] });
      for (const [place, bucket] of bucketsOf(ok.steps)) scrolls.add({ key, place, bucket }, { scroll_ct: 1 });
    }
  }
  await writeSequences(tx, projectId, [...newest.values()].map(rowOf));
  const rows = await writeVotes(tx, projectId, votes.rows());
  await writeScrolls(tx, projectId, scrolls.rows());
  return rows.map(({ recipe_id }) => recipe_id);
}

/** Of each sequence the last success and whether it failed at all. */
function verdictsOf(sequences: readonly Sequence[]) {
  const verdicts = new Map<string, { ok?: Sequence; bad: boolean }>();
  for (const sequence of sequences) {
    const { ok, bad } = verdicts.get(sequence.key) ?? { bad: false };
    const succeeded = sequence.verdict === 'ok' ? sequence : ok;
    verdicts.set(sequence.key, { ...(succeeded ? { ok: succeeded } : {}), bad: bad || sequence.verdict === 'bad' });
  }
  return verdicts;
}

interface Made {
  readonly sequence: Sequence;
  readonly runs: readonly string[];
}

const rowOf = ({ sequence, runs }: Made) => {
  const { key, prefix_key, suffix_key, control_keys, steps } = sequence;
  return {
    key,
    prefix_key,
    suffix_key,
    control_keys,
    page_sig_ids: steps.map(({ page_sig_id }) => page_sig_id),
    elem_sig_ids: steps.map(({ elem_sig_id }) => elem_sig_id),
    details: steps.map(detailsOf),
    runs,
    last_success_at: new Date(Math.max(...steps.map(({ ended_at }) => ended_at))),
  };
};

const detailsOf = ({ tool, repeat, scroll, params, flags }: Step): StepDetails => ({
  tool,
  ...(repeat ? { repeat } : {}),
  ...(scroll ? { scroll } : {}),
  params,
  flags,
});

/** Place and bucket of each distance. */
const bucketsOf = (steps: readonly Step[]): [number, number][] =>
  steps.flatMap(({ screens = 0 }, place) =>
    screens === 0
      ? []
      : [[place, Math.sign(screens) * (bucketOf(Math.abs(screens) * 100) + 1)] satisfies [number, number]],
  );

/** SQL of what is `told` of runs that `a` knows and `b` does not. */
export const othersThan = (a: string, b: string, told: string): string =>
  `(select ${told} from unnest(${a}.last_runs) as run where run <> all(${b}.last_runs))`;

async function writeSequences(tx: Tx, projectId: string, rows: readonly object[]): Promise<void> {
  if (rows.length === 0) return;
  await tx.query(
    `insert into recipes as r (project_id, key, prefix_key, suffix_key, page_sig_ids, elem_sig_ids, control_keys, details,
       run_ct, last_runs, last_success_at, counted_at)
     select $1, key, prefix_key, suffix_key, page_sig_ids, elem_sig_ids, control_keys, details, cardinality(runs), runs,
       last_success_at, now()
     from jsonb_to_recordset($2::jsonb) as i(key text, prefix_key text, suffix_key text, page_sig_ids bigint[],
       elem_sig_ids bigint[], control_keys text[], details jsonb, runs uuid[], last_success_at timestamptz)
     order by key
     on conflict (project_id, key) do update set page_sig_ids = excluded.page_sig_ids,
       elem_sig_ids = excluded.elem_sig_ids, control_keys = excluded.control_keys,
       -- A run that is cut in parts is one run.
       run_ct = r.run_ct + ${othersThan('excluded', 'r', 'count(*)::int')},
       last_runs = (excluded.last_runs || array${othersThan('r', 'excluded', 'run')})[1:${KNOWN_RUNS}],
       last_success_at = greatest(r.last_success_at, excluded.last_success_at),
       counted_at = now()`,
    [projectId, JSON.stringify(rows)],
  );
}

const writeVotes = (tx: Tx, projectId: string, rows: readonly object[]): Promise<{ recipe_id: string }[]> =>
  tx.query(
    `with written as (
       insert into recipe_votes as v (project_id, recipe_id, voter, day, key_no, ok_ct, bad_ct)
       select $1, r.recipe_id, i.voter, i.day, i.key_no, coalesce(i.ok_ct, 0), coalesce(i.bad_ct, 0)
       from jsonb_to_recordset($2::jsonb) as i(key text, voter text, day date, key_no int, ok_ct int, bad_ct int)
       join recipes r on r.project_id = $1 and r.key = i.key
       order by r.recipe_id, i.voter, i.day, i.key_no
       on conflict (project_id, recipe_id, voter, day, key_no) do update set
         ok_ct = v.ok_ct + excluded.ok_ct, bad_ct = v.bad_ct + excluded.bad_ct
       returning recipe_id
     )
     select distinct recipe_id::text from written`,
    [projectId, JSON.stringify(rows)],
  );

const writeScrolls = (tx: Tx, projectId: string, rows: readonly object[]): Promise<unknown> =>
  tx.query(
    `insert into recipe_scrolls as s (project_id, recipe_id, place, bucket, scroll_ct)
     select $1, r.recipe_id, i.place, i.bucket, i.scroll_ct
     from jsonb_to_recordset($2::jsonb) as i(key text, place smallint, bucket smallint, scroll_ct int)
     join recipes r on r.project_id = $1 and r.key = i.key
     order by r.recipe_id, i.place, i.bucket
     on conflict (project_id, recipe_id, place, bucket) do update set scroll_ct = s.scroll_ct + excluded.scroll_ct`,
    [projectId, JSON.stringify(rows)],
  );
