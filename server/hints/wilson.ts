/** z of a two-sided 95 % interval. */
const Z = 1.959963984540054;

/**
 * Lower bound of the 95 % score interval of a share, 0 to 1; 0 without trials (Wilson 1927, "Probable inference, the law
 * of succession, and statistical inference").
 */
export function wilsonLowerBound(successes: number, trials: number): number {
  if (trials === 0) return 0;
  const share = successes / trials;
  const z2 = Z * Z;
  const centre = share + z2 / (2 * trials);
  const spread = Z * Math.sqrt((share * (1 - share)) / trials + z2 / (4 * trials * trials));
  return Math.max(0, (centre - spread) / (1 + z2 / trials));
}
