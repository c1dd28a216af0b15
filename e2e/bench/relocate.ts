import { decide, type Parameters } from '../../shared/signature/model.ts';
import { PARAMETERS } from '../../shared/signature/model-params.ts';
import type { Bench } from './bench.ts';
import { count } from './count.ts';
import { explain } from './relocate/explain.ts';
import { fitAll, type Judged, judge, leaveOneOut, type WeightsBySites } from './relocate/judge.ts';
import { type InPlaceCase, readLiveCases } from './relocate/live_case.ts';
import { casesOf, type PropertyCase } from './relocate/property_case.ts';
import { bestBySimilo, thresholdOf } from './relocate/similo.ts';
import { readSites } from './relocate/site.ts';
import { writeParameters } from './relocate/write_parameters.ts';

function figures(judged: readonly Judged<PropertyCase>[]) {
  const there = judged.filter(({ gone }) => !gone);
  const gone = judged.filter((one) => one.gone);
  return {
    pairs: there.length,
    exact: count(there, ({ one, best }) => best === one.labelled),
    same: count(there, ({ right }) => right),
    accepted: count(there, ({ accepted }) => accepted),
    accepted_right: count(there, ({ accepted, right }) => accepted && right),
    gone: gone.length,
    gone_accepted: count(gone, ({ accepted }) => accepted),
  };
}

/** Of live pages, where a control is gone by label, or was taken out of the page. */
function liveFigures(judged: readonly Judged<InPlaceCase>[]) {
  const there = judged.filter(({ gone }) => !gone);
  const gone = judged.filter(({ one }) => one.gone && !one.live.removed);
  const removed = judged.filter(({ one }) => one.live.removed);
  return {
    pairs: there.length,
    same: count(there, ({ right }) => right),
    accepted: count(there, ({ accepted }) => accepted),
    accepted_right: count(there, ({ accepted, right }) => accepted && right),
    gone: gone.length,
    gone_accepted: count(gone, ({ accepted }) => accepted),
    removed: removed.length,
    removed_accepted: count(removed, ({ accepted }) => accepted),
  };
}

/** As a page does it: identities in, decision out. */
function msPerPair(cases: readonly PropertyCase[], parameters: Parameters): number {
  const started = performance.now();
  for (const { wanted, identities, related } of cases) decide(wanted, { identities, related }, parameters);
  return Number(((performance.now() - started) / cases.length).toFixed(2));
}

export const relocate: Bench = {
  name: 'relocate',
  measures:
    'finding a recorded element among the candidates of a changed page, and refusing when it is gone, beside Similo (--data a .jsonl of properties; --live, --fit, --explain)',
  async run({ data, live, fit, explain: explained }) {
    if (!data)
      throw new Error('relocate needs --data PATH: one JSON object a line with targets, candidates and pairs.');
    if (fit && !live) throw new Error('--fit needs --live PATH too: what relocate-dom --collect wrote.');
    const sites = (await readSites(data)).map(casesOf);
    const cases = sites.flatMap(({ there, gone }) => [...there, ...gone]);
    const liveCases = live ? await readLiveCases(live) : [];
    const all = [...cases, ...liveCases];
    const known: WeightsBySites = new Map();
    const parameters = fit ? fitAll(all, known) : PARAMETERS;
    if (fit) console.log(`wrote ${await writeParameters(parameters)}`);
    const shipped = cases.map((one) => judge(one, parameters));
    const loso = sites.length > 2 ? leaveOneOut(all, cases, known) : undefined;
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
      ...(live && {
        live: liveFigures(liveCases.map((one) => judge(one, parameters))),
        live_without_application: liveFigures(leaveOneOut(all, liveCases, known)),
      }),
    };
  },
};
