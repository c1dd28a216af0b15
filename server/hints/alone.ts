import type { ReleasePolicy } from './release.ts';

/** Days over which successes must be spread where one key alone told of a control, though others send: so long they may tell of it too. */
const DAYS = 5;

/** Not where hints are made in a day: there nobody has time to tell anything else. */
export const daysAlone = ({ minDays }: Pick<ReleasePolicy, 'minDays'>): number =>
  minDays > 1 ? Math.max(minDays, DAYS) : 0;
