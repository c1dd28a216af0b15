/** Sørensen–Dice coefficient with a set, 0 to 1; 1 for two empty ones. Asked of lists that hold nothing twice. */
export function diceWith(wanted: readonly string[]): (other: readonly string[]) => number {
  const one = new Set(wanted);
  return (other) => {
    if (one.size + other.length === 0) return 1;
    let common = 0;
    for (const item of other) if (one.has(item)) common += 1;
    return (2 * common) / (one.size + other.length);
  };
}
