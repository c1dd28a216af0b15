import { decide, type Parameters } from '../../shared/signature/model.ts';
import { PARAMETERS } from '../../shared/signature/model-params.ts';
import type { Bench } from './bench.ts';
import { count } from './count.ts';
import { type Case, casesOf } from './relocate/case.ts';
import { explain } from './relocate/explain.ts';
import { fitAll, type Judged, judge, leaveOneSiteOut, type WeightsBySites } from './relocate/judge.ts';
import { sameControl } from './relocate/same_control.ts';
import { bestBySimilo, thresholdOf } from './relocate/similo.ts';
import { readSites } from './relocate/site.ts';
import { writeParameters } from './relocate/write_parameters.ts';

function figures(judged: readonly Judged[]) {
  const there = judged.filter(({ gone }) => !gone);
  const gone = judged.filter((one) => one.gone);
  return {
    pairs: there.length,
    exact: count(there, ({ exact }) => exact),
    same: count(there, ({ right }) => right),
    accepted: count(there, ({ accepted }) => accepted),
    accepted_right: count(there, ({ accepted, right }) => accepted && right),
    gone: gone.length,
    gone_accepted: count(gone, ({ accepted }) => accepted),
  };
}

/** As a page does it: identities in, decision out. */
function msPerPair(cases: readonly Case[], parameters: Parameters): number {
  const started = performance.now();
  for (const { wanted, identities, candidates } of cases)
    decide(wanted, identities, (a, b) => sameControl(candidates[a]!, candidates[b]!), undefined, parameters);
  return Number(((performance.now() - started) / cases.length).toFixed(2));
}

export const relocate: Bench = {
  name: 'relocate',
  measures:
    'finding a recorded element among the candidates of a changed page, and refusing when it is gone, beside Similo (--data a .jsonl of properties; --fit, --explain)',
  async run({ data, fit: fitted, explain: explained }) {
    if (!data)
      throw new Error('relocate needs --data PATH: one JSON object a line with targets, candidates and pairs.');
    const sites = (await readSites(data)).map(casesOf);
    const cases = sites.flatMap(({ there, gone }) => [...there, ...gone]);
    const known: WeightsBySites = new Map();
    const parameters = fitted ? fitAll(cases, known) : PARAMETERS;
    if (fitted) console.log(`wrote ${await writeParameters(parameters)}`);
    const shipped = cases.map((one) => judge(one, parameters));
    const loso = sites.length > 2 ? leaveOneSiteOut(cases, known) : undefined;
    if (explained) explain(loso ?? shipped);
    const similo = cases.map(bestBySimilo);
    const threshold = thresholdOf(similo.filter(({ gone }) => !gone));
    return {
      ...figures(shipped),
      similo_same: count(similo, ({ gone, right }) => !gone && right),
      similo_accepted: count(similo, ({ gone, score }) => !gone && score >= threshold),
      similo_gone_accepted: count(similo, ({ gone, score }) => gone && score >= threshold),
      ms_per_pair: msPerPair(cases, parameters),
      ...(loso && { loso: figures(loso) }),
    };
  },
};
