import type { ElementIdentity } from '../protocol/schema.ts';
import { evident, evidentInPlace } from './model-evident.ts';
import { FEATURES, type Feature, type Features, featuresOf, type Standing } from './model-features.ts';
import { PARAMETERS } from './model-params.ts';
import { prepare } from './model-prepared.ts';
import { NO_STATISTICS, type PageStatistics, statisticsOf } from './model-statistics.ts';

/** What a decision is made of that only the properties of elements are known for. */
export const BARE = ['score', 'margin', 'share', 'aligned', 'far', 'bias'] as const;
/** What it is made of where the page told how many there are of the control, and what stands around it. */
export const IN_PLACE = [
  'margin',
  'share',
  'fewer',
  'handle',
  'other_handle',
  'other_name',
  'near',
  'other_marks',
  'ordinal',
  'selector',
  'position',
  'kept_place',
  'near_lead',
  'href',
  'other_href',
  'other_path',
  'before',
  'after',
  'bias',
] as const;
export type Input = (typeof BARE)[number] | (typeof IN_PLACE)[number];
export type Inputs = Readonly<Record<Input, number>>;

/** Weights of the decision's inputs, and the least probability at which the best candidate is taken. */
export interface Fitted {
  readonly decision: Readonly<Partial<Record<Input, number>>>;
  readonly accept: number;
}

export interface Parameters {
  /** Of a candidate's score; those against it are negative. */
  readonly weights: Readonly<Record<Feature, number>>;
  readonly bare: Fitted;
  readonly in_place: Fitted;
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
  readonly inputs: Inputs;
  /** Of the best candidate. */
  readonly features: Features;
}

export const scoreOf = (features: Features, weights: Parameters['weights']): number =>
  FEATURES.reduce((sum, feature) => sum + weights[feature] * features[feature], 0);

/** An element that was moved out of the document cannot be the one that was used. */
export const reachable = ({ box }: ElementIdentity): boolean =>
  box === undefined || (box[0] + box[2] > 0 && box[1] + box[3] > 0);

/** Whether the identity was read in a page, where its like were counted and what stands around it was read. */
export const wasInPlace = ({ count, before_words, after_words }: ElementIdentity): boolean =>
  (count ?? before_words ?? after_words) !== undefined;

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
  const margin = second === undefined ? MAX_MARGIN : Math.min(MAX_MARGIN, top - scores[second]!);
  return { best, second, inputs: { ...features[best]!, score: top, margin, share: own / sum, bias: 1 } };
}

export const probabilityOf = (inputs: Inputs, decision: Fitted['decision']): number =>
  1 /
  (1 + Math.exp(-(Object.keys(decision) as Input[]).reduce((sum, input) => sum + decision[input]! * inputs[input], 0)));

/** Whether the best candidate is taken, and how sure that is. */
export function judged(
  features: Features,
  inputs: Inputs,
  inPlace: boolean,
  parameters: Parameters,
): Pick<Decision, 'probability' | 'evident' | 'accepted'> {
  const { decision, accept } = inPlace ? parameters.in_place : parameters.bare;
  const probability = probabilityOf(inputs, decision);
  const telling = inPlace ? evidentInPlace(features) : evident(features);
  return { probability, evident: telling, accepted: telling && probability >= accept };
}

export interface Candidates {
  readonly identities: readonly ElementIdentity[];
  /** What the page says of each; left out where nothing is known. */
  readonly standings?: readonly Standing[];
  /** Which of them are one control. */
  related(a: number, b: number): boolean;
  readonly page?: PageStatistics;
}

/** What speaks for and against each candidate. */
export function compared(wanted: ElementIdentity, { identities, standings, page }: Candidates): Features[] {
  const prepared = prepare(wanted);
  const statistics = page ?? statisticsOf(identities);
  const all = identities.map((identity, at) => featuresOf(prepared, prepare(identity), statistics, standings?.[at]));
  const twins = all.filter((_, at) => standings?.[at]?.index !== undefined);
  if (twins.length < 2) return all;
  return all.map((one) => {
    const rivals = twins.filter((twin) => twin !== one).map(({ near }) => near);
    return twins.includes(one) ? { ...one, near_lead: Math.max(0, one.near - Math.max(...rivals)) } : one;
  });
}

/** What can be said of one element that all selectors lead to and that is the only one of its name, as it was when it was recorded. */
export function agreement(wanted: ElementIdentity, found: ElementIdentity, parameters: Parameters = PARAMETERS) {
  const prepared = prepare(wanted);
  const only = { index: 0, count: 1, selector: true, position: true };
  const features = featuresOf(prepared, prepare(found), NO_STATISTICS, only);
  const score = scoreOf(features, parameters.weights);
  const itself = scoreOf(featuresOf(prepared, prepared, NO_STATISTICS, only), parameters.weights);
  const inputs: Inputs = { ...features, score, margin: MAX_MARGIN, share: 1, bias: 1 };
  return {
    /** Share of the highest score that there can be; 1 for the same identity. */
    share: itself > 0 ? score / itself : 0,
    exact: features.exact === 1,
    ...judged(features, inputs, wasInPlace(wanted), parameters),
  };
}

/** Which candidate is the wanted control, and how sure that is; undefined without candidates. */
export function decide(
  wanted: ElementIdentity,
  candidates: Candidates,
  parameters: Parameters = PARAMETERS,
): Decision | undefined {
  if (candidates.identities.length === 0) return undefined;
  const all = compared(wanted, candidates);
  const picked = inputsOf(all, candidates.related, parameters.weights);
  const features = all[picked.best]!;
  return { ...picked, features, ...judged(features, picked.inputs, wasInPlace(wanted), parameters) };
}
