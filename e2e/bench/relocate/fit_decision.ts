import type { Fitted, Input, Inputs } from '../../../shared/signature/model.ts';
import { minimise, type Slope } from './minimise.ts';

const RIDGE = 3;

/** Inputs that speak against. */
const AGAINST = /^(far|fewer|other_.*)$/;
/** Share of gone controls that may be taken for found; of found ones that may be wrong. */
const MAX_GONE = 0.011;
const MAX_WRONG = 0.004;

/** What the decision is made from, for one page with the control and one without it, and whether to accept is right. */
export interface Outcome {
  readonly inputs: Inputs;
  readonly evident: boolean;
  readonly right: boolean;
  readonly gone: boolean;
}

/** Weights of the decision, by pages with the control and without it: logistic regression on scaled inputs. */
export function fitDecision(outcomes: readonly Outcome[], names: readonly Input[]): Fitted['decision'] {
  if (outcomes.length === 0) return {};
  const size = names.length;
  const scales = names.map((input) => {
    if (input === 'bias') return 1;
    const values = outcomes.map(({ inputs }) => inputs[input]);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length) || 1;
  });
  const signs = names.map((input) => (AGAINST.test(input) ? -1 : 1));
  const rows = outcomes.map(({ inputs }) => names.map((input, i) => (signs[i]! * inputs[input]) / scales[i]!));
  const slopeAt = (at: Float64Array): Slope => {
    const gradient = new Float64Array(size);
    const hessian = new Float64Array(size * size);
    let value = 0;
    rows.forEach((row, n) => {
      const z = row.reduce((sum, input, i) => sum + input * at[i]!, 0);
      const p = 1 / (1 + Math.exp(-z));
      const y = outcomes[n]!.right ? 1 : 0;
      value += Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))) - y * z;
      for (let i = 0; i < size; i += 1) {
        gradient[i]! += (p - y) * row[i]!;
        for (let j = 0; j < size; j += 1) hessian[i * size + j]! += p * (1 - p) * row[i]! * row[j]!;
      }
    });
    names.forEach((input, i) => {
      if (input === 'bias') return;
      value += (RIDGE * at[i]! * at[i]!) / 2;
      gradient[i]! += RIDGE * at[i]!;
      hessian[i * size + i]! += RIDGE;
    });
    return { value, gradient, hessian };
  };
  const least = Float64Array.from(names, (input) => (input === 'bias' ? -1000 : 0));
  const fitted = minimise(slopeAt, new Float64Array(size), least);
  return Object.fromEntries(names.map((input, i) => [input, (signs[i]! * fitted[i]!) / scales[i]!]));
}

/** Least probability at which few enough of the gone are taken for found, and few enough of the found are wrong. */
export function chooseThreshold(judged: readonly (Outcome & { readonly probability: number })[]): number {
  const pairs = judged.filter(({ gone }) => !gone).length;
  const order = judged.filter(({ evident }) => evident).sort((a, b) => b.probability - a.probability);
  let gone = 0;
  let wrong = 0;
  let least = 1;
  for (const [at, one] of order.entries()) {
    if (one.gone) gone += 1;
    else if (!one.right) wrong += 1;
    if (gone > MAX_GONE * (judged.length - pairs) || wrong > MAX_WRONG * pairs) break;
    least = (one.probability + (order[at + 1]?.probability ?? 0)) / 2;
  }
  return least;
}
