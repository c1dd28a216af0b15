import type { Parameters } from '../../../shared/signature/model.ts';
import { AGAINST, FEATURES, type Feature, type Features } from '../../../shared/signature/model-features.ts';
import type { Case } from './case.ts';
import { minimise, type Slope } from './minimise.ts';

type Weights = Parameters['weights'];

/**
 * Weights are drawn towards these, as strongly as RIDGE observations of no difference would: the data hold few fields and few ids,
 * but a text field is no button, and what a developer named twice alike is one thing.
 */
const PRIOR: Partial<Record<Feature, number>> = { other_field: 2, no_control: 2, handle: 1 };
const RIDGE = 30;
/** Candidates of a page that a fit looks at beside the true ones: those that agree best, before anything is known. */
const MAX_RIVALS = 100;
const against = new Set<Feature>(AGAINST);
/** So that every weight is fitted as one that is not below zero. */
const signed = (features: Features): number[] =>
  FEATURES.map((feature) => (against.has(feature) ? -features[feature] : features[feature]));

const crude = ({ name, href, handle, path_common, tag, x_wide, near }: Features): number =>
  2 * name + href + handle + path_common + tag + x_wide / 2 + near;

const SIZE = FEATURES.length;

/** A page with the control on it: signed features, row after row, and which rows are the control. */
interface Group {
  readonly rows: Float64Array;
  readonly right: readonly boolean[];
}

const groups = new WeakMap<Case, Group>();

function groupOf(one: Case): Group {
  const known = groups.get(one);
  if (known) return known;
  const first = one.features.map(crude);
  const order = first.map((_, at) => at).sort((a, b) => first[b]! - first[a]! || a - b);
  const kept = order.filter((at, place) => place < MAX_RIVALS || one.right[at]);
  const group = {
    rows: Float64Array.from(kept.flatMap((at) => signed(one.features[at]!))),
    right: kept.map((at) => one.right[at]!),
  };
  groups.set(one, group);
  return group;
}

/** Rows with less of the probability than this do not bend the curve. */
const LEAST_SHARE = 1e-4;

/** Adds minus the log of the share that the control has among a page's candidates (conditional logit), and its derivatives. */
function addGroup({ rows, right }: Group, at: Float64Array, gradient: Float64Array, hessian: Float64Array): number {
  const powers = new Float64Array(right.length);
  let top = Number.NEGATIVE_INFINITY;
  for (let n = 0; n < right.length; n += 1) {
    let score = 0;
    for (let i = 0; i < SIZE; i += 1) score += rows[n * SIZE + i]! * at[i]!;
    powers[n] = score;
    if (score > top) top = score;
  }
  let total = 0;
  let own = 0;
  for (let n = 0; n < right.length; n += 1) {
    powers[n] = Math.exp(powers[n]! - top);
    total += powers[n]!;
    if (right[n]) own += powers[n]!;
  }
  const mean = new Float64Array(SIZE);
  const ownMean = new Float64Array(SIZE);
  for (let n = 0; n < right.length; n += 1) {
    const share = powers[n]! / total;
    const ownShare = right[n] ? powers[n]! / own : 0;
    const row = rows.subarray(n * SIZE, (n + 1) * SIZE);
    for (let i = 0; i < SIZE; i += 1) {
      mean[i]! += share * row[i]!;
      ownMean[i]! += ownShare * row[i]!;
    }
    if (share + ownShare < LEAST_SHARE) continue;
    for (let i = 0; i < SIZE; i += 1) {
      const value = (share - ownShare) * row[i]!;
      if (value !== 0) for (let j = 0; j <= i; j += 1) hessian[i * SIZE + j]! += value * row[j]!;
    }
  }
  for (let i = 0; i < SIZE; i += 1) {
    gradient[i]! += mean[i]! - ownMean[i]!;
    for (let j = 0; j <= i; j += 1) hessian[i * SIZE + j]! += ownMean[i]! * ownMean[j]! - mean[i]! * mean[j]!;
  }
  return Math.log(total) - Math.log(own);
}

const mirrored = (hessian: Float64Array): Float64Array => {
  for (let i = 0; i < SIZE; i += 1) for (let j = 0; j < i; j += 1) hessian[j * SIZE + i] = hessian[i * SIZE + j]!;
  return hessian;
};

/** Weights of a candidate's score, by the pages on which the control still is. */
export function fitWeights(cases: readonly Case[], start?: Weights): Weights {
  const prior = FEATURES.map((feature) => PRIOR[feature] ?? 0);
  const all = cases.map(groupOf);
  const slopeAt = (at: Float64Array): Slope => {
    const gradient = new Float64Array(SIZE);
    const hessian = new Float64Array(SIZE * SIZE);
    let value = 0;
    for (const group of all) value += addGroup(group, at, gradient, hessian);
    for (let i = 0; i < SIZE; i += 1) {
      const off = at[i]! - prior[i]!;
      value += (RIDGE * off * off) / 2;
      gradient[i]! += RIDGE * off;
      hessian[i * SIZE + i]! += RIDGE;
    }
    return { value, gradient, hessian: mirrored(hessian) };
  };
  const from = start ? FEATURES.map((feature) => Math.abs(start[feature])) : prior;
  const fitted = minimise(slopeAt, Float64Array.from(from), new Float64Array(SIZE));
  return Object.fromEntries(
    FEATURES.map((feature, i) => [feature, against.has(feature) ? -fitted[i]! : fitted[i]!]),
  ) as Weights;
}
