import type { Parameters } from '../../../shared/signature/model.ts';
import { evident, inputsOf, probabilityOf } from '../../../shared/signature/model.ts';
import type { Case } from './case.ts';
import { chooseThreshold, fitDecision, type Outcome } from './fit_decision.ts';
import { fitWeights } from './fit_weights.ts';
import { sameControl } from './same_control.ts';

/** What the model says of a case. */
export interface Judged extends Outcome {
  readonly one: Case;
  readonly best: number;
  readonly exact: boolean;
  readonly probability: number;
  readonly accepted: boolean;
}

type Picked = Outcome & Pick<Judged, 'one' | 'best' | 'exact'>;

/** The best candidate under these weights, and what the decision about it is made from. */
function pick(one: Case, weights: Parameters['weights']): Picked {
  const related = (a: number, b: number): boolean => sameControl(one.candidates[a]!, one.candidates[b]!);
  const { best, inputs } = inputsOf(one.features, related, weights);
  return {
    one,
    best,
    inputs,
    evident: evident(one.features[best]!),
    right: one.right[best]!,
    exact: best === one.labelled,
    gone: one.gone,
  };
}

export function judge(one: Case, { weights, decision, accept }: Parameters): Judged {
  const picked = pick(one, weights);
  const probability = probabilityOf(picked.inputs, decision);
  return { ...picked, probability, accepted: picked.evident && probability >= accept };
}

const sitesOf = (cases: readonly Case[]): string[] => [...new Set(cases.map(({ site }) => site))];
const there = (cases: readonly Case[]): Case[] => cases.filter(({ gone }) => !gone);

/** Probabilities of what was picked, each site by a decision that was fitted without it. */
function crossJudged(picked: readonly Picked[]) {
  return sitesOf(picked.map(({ one }) => one)).flatMap((site) => {
    const decision = fitDecision(picked.filter(({ one }) => one.site !== site));
    return picked
      .filter(({ one }) => one.site === site)
      .map((outcome) => ({ ...outcome, probability: probabilityOf(outcome.inputs, decision) }));
  });
}

/**
 * Fits all there is to fit. The decision is fitted to candidates picked by weights that had not seen their site, and the threshold
 * chosen by probabilities that had not either: on pages that it has not seen, the model is to be as sure as it is right.
 */
export function fitAll(cases: readonly Case[], known: WeightsBySites = new Map()): Parameters {
  const sites = sitesOf(cases);
  const weightsOf = (left: readonly string[], start?: Parameters['weights']): Parameters['weights'] => {
    const key = left.join('\n');
    const fitted =
      known.get(key) ??
      fitWeights(
        there(cases).filter(({ site }) => left.includes(site)),
        start,
      );
    known.set(key, fitted);
    return fitted;
  };
  const weights = weightsOf(sites);
  const picked = sites.flatMap((site) => {
    const without = weightsOf(
      sites.filter((other) => other !== site),
      weights,
    );
    return cases.filter((one) => one.site === site).map((one) => pick(one, without));
  });
  const accept = chooseThreshold(crossJudged(picked));
  return rounded({ weights, decision: fitDecision(picked), accept });
}

/** Weights that were fitted already, by the sites that they were fitted to: two sites left out are left out in either order. */
export type WeightsBySites = Map<string, Parameters['weights']>;

const round = (value: number): number => Number(value.toFixed(4));
const roundAll = <T extends Readonly<Record<string, number>>>(values: T): T =>
  Object.fromEntries(Object.entries(values).map(([key, value]) => [key, round(value)])) as T;

const rounded = ({ weights, decision, accept }: Parameters): Parameters => ({
  weights: roundAll(weights),
  decision: roundAll(decision),
  accept: round(accept),
});

/** Each site by parameters that were fitted without it. */
export function leaveOneSiteOut(cases: readonly Case[], known: WeightsBySites): Judged[] {
  return sitesOf(cases).flatMap((site) => {
    const parameters = fitAll(
      cases.filter((one) => one.site !== site),
      known,
    );
    return cases.filter((one) => one.site === site).map((one) => judge(one, parameters));
  });
}
