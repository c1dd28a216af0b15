import { findFaketime } from './find_faketime.ts';
import { describeWith } from './needs.ts';

export const describeFaketime = (name: string, suite: (library: string) => void): void =>
  describeWith(findFaketime(), 'libfaketime (set LIBFAKETIME)', name, suite);

/** Environment of a process whose clock is wrong by so much, e.g. `+1d`. What files tell of their age stays true. */
export const wrongClock = (library: string, by: string): Record<string, string> => ({
  LD_PRELOAD: library,
  FAKETIME: by,
  NO_FAKE_STAT: '1',
});
