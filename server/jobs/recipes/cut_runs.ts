import { plainArray } from '../../db/array.ts';
import type { Tx } from '../../db/db.ts';
import { pairsOf, sequencesOf } from '../../recipes/sequences.ts';
import { stretchesOf } from '../../recipes/steps.ts';
import { type Counted, countSequences, knownPairs } from './count_sequences.ts';
import type { DueRun } from './due_runs.ts';
import { CHUNK_CALLS, readCalls, readForms, type StoredCall } from './read_calls.ts';

export interface Cut {
  /** Recipes that were counted. */
  readonly counted: readonly string[];
  readonly calls: number;
  /** Transactions whose rows were read, for the audit. */
  readonly after: string;
  readonly upTo: string;
}

/**
 * Counts the sequences in the next calls of runs of one project, each call once: the run's mark moves in this transaction. What
 * arrives later with a lower number than the mark is not counted any more.
 */
export async function cutRuns(tx: Tx, projectId: string, due: readonly DueRun[]): Promise<Cut> {
  const byRun = new Map<string, StoredCall[]>();
  for (const call of await readCalls(tx, projectId, due)) {
    const ofRun = byRun.get(call.run_id);
    if (ofRun) ofRun.push(call);
    else byRun.set(call.run_id, [call]);
  }
  const runs = takeSome(due, byRun);
  const calls = runs.flatMap((run) => run.calls);
  const forms = await readForms(
    tx,
    projectId,
    calls.flatMap(({ page_key }) => page_key ?? []),
  );
  const cuts = runs.map((run) => ({ ...run, stretches: stretchesOf(run.calls) }));
  const known = await knownPairs(
    tx,
    projectId,
    cuts.flatMap(({ stretches }) => pairsOf(stretches, forms)),
  );
  const seen = new Map<string, string>();
  const counted: Counted[] = [];
  for (const { run_id, up_to_seq, failed, calls: ofRun, stretches, more } of cuts) {
    const isOther = (run: string | undefined): boolean => run !== undefined && run !== run_id;
    const knows = (pair: string): boolean => isOther(known.get(pair)) || isOther(seen.get(pair));
    const cutting = { forms, knows, afterSeq: up_to_seq, failed: failed && !more };
    const last = ofRun.at(-1);
    if (last)
      counted.push({
        run_id,
        voter: last.voter,
        day: last.day,
        key_no: last.key_no,
        sequences: sequencesOf(stretches, cutting),
      });
    for (const pair of pairsOf(stretches, forms)) if (!seen.has(pair)) seen.set(pair, run_id);
  }
  await mark(tx, projectId, runs);
  const xids = calls.map(({ xid }) => BigInt(xid)).sort((a, b) => (a < b ? -1 : 1));
  return {
    counted: await countSequences(tx, projectId, counted),
    calls: calls.length,
    after: String((xids[0] ?? 1n) - 1n),
    upTo: String(xids.at(-1) ?? 0n),
  };
}

interface Taken extends DueRun {
  readonly calls: readonly StoredCall[];
  /** There are further calls. */
  readonly more: boolean;
  /** New mark; undefined: as it was. */
  readonly seq: number | undefined;
}

/** Runs up to so many calls in all, at least one run. */
function takeSome(due: readonly DueRun[], byRun: ReadonlyMap<string, readonly StoredCall[]>): Taken[] {
  const taken: Taken[] = [];
  let total = 0;
  for (const run of due) {
    const read = byRun.get(run.run_id) ?? [];
    const fresh = read.filter(({ seq }) => seq > run.up_to_seq);
    const last = fresh.slice(0, CHUNK_CALLS).at(-1);
    if (taken.length && total + fresh.length > CHUNK_CALLS) break;
    total += fresh.length;
    taken.push({
      ...run,
      calls: last ? read.filter(({ seq }) => seq <= last.seq) : [],
      more: fresh.length > CHUNK_CALLS,
      seq: last?.seq,
    });
  }
  return taken;
}

const mark = (tx: Tx, projectId: string, runs: readonly Taken[]): Promise<unknown> =>
  tx.query(
    `update recipe_runs q set up_to_seq = greatest(q.up_to_seq, i.seq), pending = i.more
     from unnest($2::uuid[], $3::int[], $4::boolean[]) as i(run_id, seq, more)
     where q.project_id = $1 and q.run_id = i.run_id`,
    [
      projectId,
      plainArray(runs.map(({ run_id }) => run_id)),
      plainArray(runs.map(({ seq }) => seq)),
      plainArray(runs.map(({ more }) => more)),
    ],
  );
