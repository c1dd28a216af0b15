/** Whether a browser may let scripts of this origin read answers: extensions, and what the configuration names. */
export const isAllowedOrigin = (origin: string, allowed: readonly string[]): boolean =>
  /^(?:chrome|moz)-extension:\/\/[\w-]+$/.test(origin) || allowed.includes(origin);
