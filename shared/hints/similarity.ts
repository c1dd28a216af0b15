/** States whose SimHashes differ by no more bits are one page. */
export const NEAR_BITS = 6;
const BITS = 64;

/** Bits by which two SimHashes of 16 hex digits differ. */
export function bitsOff(a: string, b: string): number {
  let differ = BigInt(`0x${a}`) ^ BigInt(`0x${b}`);
  let bits = 0;
  for (; differ > 0n; differ &= differ - 1n) bits += 1;
  return bits;
}

/** Share of the bits in which two SimHashes agree. */
export const similarityOf = (distance: number): number => (BITS - distance) / BITS;
