import { MAX_EVENT_AHEAD_MS, MIN_EVENT_TIME_MS } from '../../shared/protocol/limits.ts';
import type { Refusal } from './refusal.ts';

/** Why a moment cannot be when something happened, as seen at `now` (ms since 1970). */
export const checkTime = (field: string, time: string | undefined, now: number): Refusal | undefined =>
  time === undefined ? undefined : checkMoment(field, Date.parse(time), now);

/** As `checkTime` for both ends of what lasted. */
export function checkSpan(started: string, ended: string | undefined, now: number): Refusal | undefined {
  const start = Date.parse(started);
  const refusal = checkMoment('started_at', start, now);
  if (refusal || ended === undefined) return refusal;
  const end = Date.parse(ended);
  return (
    checkMoment('ended_at', end, now) ??
    (end < start ? { code: 'out_of_range', reason: 'ended_at: before started_at' } : undefined)
  );
}

function checkMoment(field: string, at: number, now: number): Refusal | undefined {
  if (at < MIN_EVENT_TIME_MS) return { code: 'out_of_range', reason: `${field}: before 2015` };
  if (at > now + MAX_EVENT_AHEAD_MS) return { code: 'out_of_range', reason: `${field}: in the future` };
  return Number.isNaN(at) ? { code: 'out_of_range', reason: `${field}: no such moment` } : undefined;
}

/**
 * A time as Postgres takes it: it refuses offsets beyond ±15:59 and texts longer than 128 characters. A time in UTC of
 * usual length stays as it is, with its microseconds.
 */
export const storableTime = (time: string): string =>
  time.endsWith('Z') && time.length <= 30 ? time : new Date(time).toISOString();
