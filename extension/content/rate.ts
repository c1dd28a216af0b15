/** A token bucket: a burst at once, and then so many a second. */
export function createRate(
  { burst, perSecond }: { burst: number; perSecond: number },
  now: () => number,
): () => boolean {
  let tokens = burst;
  let refilled = now();
  return () => {
    const at = now();
    tokens = Math.min(burst, tokens + ((at - refilled) / 1000) * perSecond);
    refilled = at;
    if (tokens < 1) return false;
    tokens -= 1;
    return true;
  };
}
