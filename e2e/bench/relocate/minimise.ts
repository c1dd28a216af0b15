/** A function at a point. */
export interface Slope {
  readonly value: number;
  readonly gradient: Float64Array;
  /** Row after row. */
  readonly hessian: Float64Array;
}

const MAX_STEPS = 60;
const MAX_TRIES = 40;
const TOLERANCE = 1e-5;
const DAMPING = 1e-6;

/** Solves a system of the given rows and columns by Cholesky; undefined where the matrix bends down somewhere. */
function solve(
  matrix: Float64Array,
  size: number,
  rows: readonly number[],
  right: Float64Array,
  damping: number,
): Float64Array | undefined {
  const n = rows.length;
  const lower = new Float64Array(n * n);
  for (let i = 0; i < n; i += 1) {
    for (let j = 0; j <= i; j += 1) {
      let sum = matrix[rows[i]! * size + rows[j]!]! + (i === j ? damping : 0);
      for (let k = 0; k < j; k += 1) sum -= lower[i * n + k]! * lower[j * n + k]!;
      if (i === j && sum <= 0) return undefined;
      lower[i * n + j] = i === j ? Math.sqrt(sum) : sum / lower[j * n + j]!;
    }
  }
  const solution = new Float64Array(n);
  for (let i = 0; i < n; i += 1) {
    let sum = right[rows[i]!]!;
    for (let k = 0; k < i; k += 1) sum -= lower[i * n + k]! * solution[k]!;
    solution[i] = sum / lower[i * n + i]!;
  }
  for (let i = n - 1; i >= 0; i -= 1) {
    let sum = solution[i]!;
    for (let k = i + 1; k < n; k += 1) sum -= lower[k * n + i]! * solution[k]!;
    solution[i] = sum / lower[i * n + i]!;
  }
  return solution;
}

/**
 * A minimum of a smooth function over the points that are nowhere below `least`: projected Newton steps (Bertsekas 1982), damped
 * (Levenberg) until they lead down.
 */
export function minimise(slopeAt: (at: Float64Array) => Slope, start: Float64Array, least: Float64Array): Float64Array {
  const size = start.length;
  let at = start.map((value, i) => Math.max(value, least[i]!));
  let slope = slopeAt(at);
  let damping = DAMPING;
  for (let step = 0; step < MAX_STEPS; step += 1) {
    const { gradient, hessian, value } = slope;
    const free = [...at.keys()].filter((i) => at[i]! > least[i]! || gradient[i]! < 0);
    if (free.every((i) => Math.abs(gradient[i]!) < TOLERANCE)) break;
    let moved = false;
    for (let tries = 0; tries < MAX_TRIES && !moved; tries += 1) {
      const direction = solve(hessian, size, free, gradient, damping);
      if (direction) {
        const tried = Float64Array.from(at);
        free.forEach((i, k) => {
          tried[i] = Math.max(least[i]!, at[i]! - direction[k]!);
        });
        const there = slopeAt(tried);
        moved = there.value < value;
        if (moved) [at, slope] = [tried, there];
      }
      damping = moved ? Math.max(DAMPING, damping / 10) : Math.max(1, damping * 3);
    }
    if (!moved) break;
  }
  return at;
}
