/** Counts the requests of each key. */
export interface RateLimiter {
  /** 0 where the key may go on, and the request is counted; else ms until it may. Never rejects. */
  take(keyId: string): Promise<number>;
}
