import { v7 as uuidv7 } from 'uuid';

/** UUIDv7 of a simulated time, the same for the same numbers from 0 to 1. */
export const seededUuid = (random: () => number, msecs: number): string =>
  uuidv7({ msecs, seq: Math.floor(random() * 2 ** 31), random: Uint8Array.from({ length: 16 }, () => random() * 256) });
