/** z of a two-sided 95 % interval. */
export const Z = 1.959963984540054;

/**
 * The 95 % score interval of a share, 0 to 1; all of it without trials (Wilson 1927, "Probable inference, the law of succession,
 * and statistical inference").
 */
export function wilson(successes: number, trials: number): readonly [lower: number, upper: number] {
  if (trials === 0) return [0, 1];
  const share = successes / trials;
  const z2 = Z * Z;
  const centre = share + z2 / (2 * trials);
  const spread = Z * Math.sqrt((share * (1 - share)) / trials + z2 / (4 * trials * trials));
  const scale = 1 + z2 / trials;
  return [Math.max(0, (centre - spread) / scale), Math.min(1, (centre + spread) / scale)];
}

export const wilsonLowerBound = (successes: number, trials: number): number => wilson(successes, trials)[0];
export const wilsonUpperBound = (successes: number, trials: number): number => wilson(successes, trials)[1];
