import type { Tx } from '../../db/db.ts';
import type { Chunk } from '../aggregate/watermark.ts';
import { type Outcome, outcomeOf } from './outcome.ts';
import { type FormedCall, formOf, keyOfHint, keyOfRun, readCalls, readForms, readReports } from './read_runs.ts';
import { type Source, type TouchedExposure, touchedExposures } from './touched.ts';

/**
 * Puts down how runs fared with the controls that their exposures are about: the first call after the exposure on the control, in
 * any of its forms and on any state of its page (for a hint about no control: the first call on the page), and what pages reported.
 * Reads all of the run again, so that it does not matter what was told first. Answers how many exposures changed.
 */
export async function joinOutcomes(tx: Tx, source: Source, chunk: Chunk): Promise<number> {
  const exposures = await touchedExposures(tx, source, chunk);
  if (exposures.length === 0) return 0;
  const calls = new Map<string, FormedCall[]>();
  for (const call of await readCalls(tx, exposures)) {
    const ofRun = calls.get(keyOfRun(call));
    if (ofRun) ofRun.push(call);
    else calls.set(keyOfRun(call), [call]);
  }
  const reports = new Map((await readReports(tx, exposures)).map((row) => [keyOf(row), row]));
  const forms = await readForms(tx, exposures);
  const changed = exposures.flatMap((exposure) => {
    const ofHint = forms.get(keyOfHint(exposure));
    const isAbout = (call: FormedCall): boolean =>
      call.page_key === exposure.page_key && (exposure.selector_norm === null || ofHint?.has(formOf(call)) === true);
    const ofRun = calls.get(keyOfRun(exposure)) ?? [];
    const outcome = outcomeOf(exposure.exposed_at, ofRun, isAbout, reports.get(keyOf(exposure)), exposure);
    const { project_id, run_id, hint_id } = exposure;
    return isSame(outcome, exposure) ? [] : [{ project_id, run_id, hint_id, ...outcome }];
  });
  if (changed.length) await write(tx, changed);
  return changed.length;
}

const keyOf = ({ project_id, run_id, hint_id }: Pick<TouchedExposure, 'project_id' | 'run_id' | 'hint_id'>): string =>
  `${project_id} ${run_id} ${hint_id}`;

const isSame = (a: Outcome, b: Outcome): boolean =>
  a.called_at === b.called_at &&
  a.success === b.success &&
  a.elapsed_ms === b.elapsed_ms &&
  a.verified === b.verified &&
  a.acted === b.acted &&
  a.reported_wrong === b.reported_wrong;

async function write(tx: Tx, rows: readonly object[]): Promise<void> {
  await tx.query(
    `update hint_exposures x set called_at = to_timestamp(i.called_at / 1000), success = i.success,
       elapsed_ms = i.elapsed_ms, verified = i.verified, acted = i.acted, reported_wrong = i.reported_wrong
     from jsonb_to_recordset($1::jsonb) as i(
       project_id uuid, run_id uuid, hint_id bigint, called_at float8, success boolean, elapsed_ms int, verified boolean,
       acted boolean, reported_wrong boolean)
     where x.project_id = i.project_id and x.run_id = i.run_id and x.hint_id = i.hint_id`,
    [JSON.stringify(rows)],
  );
}
