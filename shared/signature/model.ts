import type { ElementIdentity } from '../protocol/schema.ts';
import { FEATURES, type Feature, type Features, featuresOf } from './model-features.ts';
import { PARAMETERS } from './model-params.ts';
import { prepare } from './model-prepared.ts';
import { NO_STATISTICS, type PageStatistics, statisticsOf } from './model-statistics.ts';
import { SAME_NAME } from './weights.ts';

/** What the decision is made of, beside the features of the best candidate. */
export const DECISION = ['score', 'margin', 'share', 'aligned', 'far', 'bias'] as const;

export interface Parameters {
  /** Of a candidate's score; those against it are negative. */
  readonly weights: Readonly<Record<Feature, number>>;
  readonly decision: Readonly<Record<(typeof DECISION)[number], number>>;
  /** Least probability at which the best candidate is taken. */
  readonly accept: number;
}

/** Most candidates that share the probability, the best ones; a margin of more than this tells no more. */
const MAX_SHARING = 24;
const MAX_MARGIN = 3;

export interface Decision {
  /** Index of the best candidate. */
  readonly best: number;
  /** That it is the wanted control, where the control is as likely gone as it is there. */
  readonly probability: number;
  /** The next best that is another control than the best; undefined where there is none. */
  readonly second: number | undefined;
  /** Whether more than place and looks agree. */
  readonly evident: boolean;
  readonly accepted: boolean;
  readonly inputs: Readonly<Record<(typeof DECISION)[number], number>>;
}

export const scoreOf = (features: Features, weights: Parameters['weights']): number =>
  FEATURES.reduce((sum, feature) => sum + weights[feature] * features[feature], 0);

/**
 * Place and looks alone never identify a control: its name has to agree; or in part with a handle of its own; or, where one of the two
 * has no name, its handle or its address.
 */
export const evident = ({ name, handle, href, name_one_sided, nameless }: Features): boolean =>
  name >= SAME_NAME || (handle === 1 && name > 0) || (name_one_sided + nameless > 0 && (handle === 1 || href === 1));

/** An element that was moved out of the document cannot be the one that was used. */
export const reachable = ({ box }: ElementIdentity): boolean =>
  box === undefined || (box[0] + box[2] > 0 && box[1] + box[3] > 0);

/** What a decision about the best of `features` is made from; `related` tells which are one control (wrapper, inner text). */
export function inputsOf(
  features: readonly Features[],
  related: (a: number, b: number) => boolean,
  weights: Parameters['weights'],
): Pick<Decision, 'best' | 'second' | 'inputs'> {
  const scores = features.map((one) => scoreOf(one, weights));
  const order = scores.map((_, at) => at).sort((a, b) => scores[b]! - scores[a]! || a - b);
  const best = order[0]!;
  const second = order.find((at) => at !== best && !related(best, at));
  const top = scores[best]!;
  let own = 0;
  let sum = 0;
  for (const at of order.slice(0, MAX_SHARING)) {
    const share = Math.exp(scores[at]! - top);
    sum += share;
    if (at === best || related(best, at)) own += share;
  }
  const { aligned, far } = features[best]!;
  const margin = second === undefined ? MAX_MARGIN : Math.min(MAX_MARGIN, top - scores[second]!);
  return { best, second, inputs: { score: top, margin, share: own / sum, aligned, far, bias: 1 } };
}

export const probabilityOf = (inputs: Decision['inputs'], decision: Parameters['decision']): number =>
  1 / (1 + Math.exp(-DECISION.reduce((sum, input) => sum + decision[input] * inputs[input], 0)));

/** Which candidate is the wanted control, and how sure that is; undefined without candidates. */
export function decide(
  wanted: ElementIdentity,
  candidates: readonly ElementIdentity[],
  related: (a: number, b: number) => boolean,
  page: PageStatistics = statisticsOf(candidates),
  parameters: Parameters = PARAMETERS,
): Decision | undefined {
  if (candidates.length === 0) return undefined;
  const prepared = prepare(wanted);
  const features = candidates.map((candidate) => featuresOf(prepared, prepare(candidate), page));
  const { best, second, inputs } = inputsOf(features, related, parameters.weights);
  const probability = probabilityOf(inputs, parameters.decision);
  const telling = evident(features[best]!);
  return { best, second, probability, evident: telling, accepted: telling && probability >= parameters.accept, inputs };
}

/** One element that a selector led to, so without others to compare it with. */
export function agreement(
  wanted: ElementIdentity,
  found: ElementIdentity,
  { weights, decision }: Parameters = PARAMETERS,
) {
  const prepared = prepare(wanted);
  const features = featuresOf(prepared, prepare(found), NO_STATISTICS);
  const score = scoreOf(features, weights);
  const itself = scoreOf(featuresOf(prepared, prepared, NO_STATISTICS), weights);
  return {
    /** Share of the highest score that there can be; 1 for the same identity. */
    share: itself > 0 ? score / itself : 0,
    /** That it is the wanted control, where nothing else can be it, wherever it stands. */
    probability: probabilityOf({ score, margin: MAX_MARGIN, share: 1, aligned: 1, far: 0, bias: 1 }, decision),
  };
}
