import {
  BARE,
  type Fitted,
  IN_PLACE,
  type Inputs,
  inputsOf,
  judged,
  type Parameters,
  probabilityOf,
} from '../../../shared/signature/model.ts';
import { evident, evidentInPlace, tellsFromFewer } from '../../../shared/signature/model-evident.ts';
import type { Case } from './case.ts';
import { chooseThreshold, fitDecision, type Outcome } from './fit_decision.ts';
import { fitWeights } from './fit_weights.ts';

/** What the model says of a case. */
export interface Judged<C extends Case> extends Outcome {
  readonly one: C;
  readonly best: number;
  readonly inputs: Inputs;
  readonly probability: number;
  readonly accepted: boolean;
}

type Picked<C extends Case> = Omit<Judged<C>, 'probability' | 'accepted'>;

/** The best candidate under these weights, and what the decision about it is made from. */
function pick<C extends Case>(one: C, weights: Parameters['weights']): Picked<C> {
  const { best, inputs } = inputsOf(one.features, one.related, weights);
  const features = one.features[best]!;
  const telling = one.inPlace ? evidentInPlace(features) && tellsFromFewer(features) : evident(features);
  return { one, best, inputs, evident: telling, right: one.right[best]!, gone: one.gone };
}

export function judge<C extends Case>(one: C, parameters: Parameters): Judged<C> {
  const picked = pick(one, parameters.weights);
  const { probability, accepted } = judged(one.features[picked.best]!, picked.inputs, one.inPlace, parameters);
  return { ...picked, probability, accepted: accepted && picked.evident };
}

const sitesOf = (cases: readonly Case[]): string[] => [...new Set(cases.map(({ site }) => site))];

/** Cases that teach which candidate is the best: those where it is among them. */
const teaching = (cases: readonly Case[]): Case[] => cases.filter(({ right }) => right.includes(true));

/** Weights that were fitted already, by the sites that they were fitted to: two sites left out are left out in either order. */
export type WeightsBySites = Map<string, Parameters['weights']>;

/**
 * Fits the decision of one kind of cases to candidates picked by weights that had not seen their site, and chooses the threshold by
 * probabilities that had not either: on pages that it has not seen, the model is to be as sure as it is right.
 */
function fitKind<C extends Case>(
  picked: readonly Picked<C>[],
  inputs: typeof BARE | typeof IN_PLACE,
  least: number,
): Fitted {
  const crossJudged = sitesOf(picked.map(({ one }) => one)).flatMap((site) => {
    const decision = fitDecision(
      picked.filter(({ one }) => one.site !== site),
      inputs,
    );
    return picked
      .filter(({ one }) => one.site === site)
      .map((outcome) => ({ ...outcome, probability: probabilityOf(outcome.inputs, decision) }));
  });
  return { decision: fitDecision(picked, inputs), accept: Math.max(least, chooseThreshold(crossJudged)) };
}

/** Nothing in a page is taken that is likelier another one. */
const LEAST_IN_PLACE = 0.5;

/**
 * Fits all there is to fit: how to rank from both kinds of cases, how to decide from each kind for itself; of kinds left out, and
 * without cases, nothing is accepted.
 */
export function fitAll(
  cases: readonly Case[],
  known: WeightsBySites = new Map(),
  kinds: readonly boolean[] = [false, true],
): Parameters {
  const sites = sitesOf(cases);
  const weightsOf = (left: readonly string[], start?: Parameters['weights']): Parameters['weights'] => {
    const key = left.join('\n');
    const fitted =
      known.get(key) ??
      fitWeights(
        teaching(cases).filter(({ site }) => left.includes(site)),
        start,
      );
    known.set(key, fitted);
    return fitted;
  };
  const weights = weightsOf(sites);
  const pickedOf = (inPlace: boolean): Picked<Case>[] =>
    sitesOf(cases.filter((one) => one.inPlace === inPlace && kinds.includes(inPlace))).flatMap((site) => {
      const without = weightsOf(
        sites.filter((other) => other !== site),
        weights,
      );
      return cases.filter((one) => one.site === site).map((one) => pick(one, without));
    });
  return rounded({
    weights,
    bare: fitKind(pickedOf(false), BARE, 0),
    in_place: fitKind(pickedOf(true), IN_PLACE, LEAST_IN_PLACE),
  });
}

const round = (value: number): number => Number(value.toFixed(3));
const roundAll = <T extends Readonly<Partial<Record<string, number>>>>(values: T): T =>
  Object.fromEntries(Object.entries(values).map(([key, value]) => [key, round(value!)])) as T;
const roundFitted = ({ decision, accept }: Fitted): Fitted => ({ decision: roundAll(decision), accept: round(accept) });

const rounded = ({ weights, bare, in_place }: Parameters): Parameters => ({
  weights: roundAll(weights),
  bare: roundFitted(bare),
  in_place: roundFitted(in_place),
});

/** Each site of `judged` by parameters that were fitted without it to all others, of both kinds. */
export function leaveOneOut<C extends Case>(
  all: readonly Case[],
  toJudge: readonly C[],
  known: WeightsBySites,
): Judged<C>[] {
  const inPlace = toJudge[0]?.inPlace ?? false;
  return sitesOf(toJudge).flatMap((site) => {
    const parameters = fitAll(
      all.filter((one) => one.site !== site),
      known,
      [inPlace],
    );
    return toJudge.filter((one) => one.site === site).map((one) => judge(one, parameters));
  });
}
