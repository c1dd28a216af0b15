/** Sørensen–Dice coefficient of two sets, 0 to 1; 1 for two empty ones. */
export function dice(a: readonly string[], b: readonly string[]): number {
  const one = new Set(a);
  const other = new Set(b);
  if (one.size + other.size === 0) return 1;
  let common = 0;
  for (const item of one) if (other.has(item)) common += 1;
  return (2 * common) / (one.size + other.size);
}
