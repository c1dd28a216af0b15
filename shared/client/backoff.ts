/** First and longest ceiling of the wait between two attempts, in ms. */
export const BACKOFF_BASE_MS = 1000;
export const BACKOFF_MAX_MS = 5 * 60 * 1000;

/**
 * Full-jitter exponential backoff (Brooker, "Exponential Backoff and Jitter", AWS 2015): uniform in [0, min(max, base·2^attempt)).
 * @param attempt 0 for the first retry.
 * @param random uniform in [0, 1).
 */
export const backoffMs = (attempt: number, random: () => number): number =>
  Math.floor(random() * Math.min(BACKOFF_MAX_MS, BACKOFF_BASE_MS * 2 ** Math.min(attempt, 30)));

/** `Retry-After` as ms from `now`: seconds or an HTTP date (RFC 9110, 10.2.3). Undefined where it says neither. */
export function retryAfterMs(header: string | null, now: number): number | undefined {
  if (header === null || header.trim() === '') return undefined;
  if (/^\s*\d+\s*$/.test(header)) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

/** How long an answer asks to wait, in ms. A date is meant by the clock of whoever wrote it, which the answer's own date tells. */
export function retryAfterOf({ headers }: Response, now: number): number | undefined {
  const theirs = Date.parse(headers.get('date') ?? '');
  return retryAfterMs(headers.get('retry-after'), Number.isNaN(theirs) ? now : Math.min(theirs, now));
}
