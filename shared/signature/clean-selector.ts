const QUOTED = /"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'/gs;

/** Whether a selector holds nothing to scrub; with a placeholder in it it would name nothing. */
export function selectorIsClean(selector: string, scrub: (text: string) => string): boolean {
  for (const [, double, single] of selector.matchAll(QUOTED)) {
    const text = (double ?? single ?? '').replace(/\\(.)/gs, '$1');
    if (scrub(text) !== text) return false;
  }
  return scrub(selector) === selector;
}
