import type { Scrub } from '../../../../shared/privacy/scrub.ts';

/** Characters in one turn of the event loop: frames wait for no longer than that takes. */
const SLICE_CHARS = 2048;
/** What is looked at before and after the end of a slice, for something that reaches over it. */
const AROUND_CHARS = 300;
/** Places of a kind that are tried for one end. */
const MAX_TRIES = 6;

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Ends of words, then of lines, before `at`, the nearest first; then those right after. */
function placesAround(text: string, from: number, at: number): number[] {
  const before = (end: RegExp): number[] =>
    [...text.slice(from, at).matchAll(end)]
      .map(({ index }) => from + index + 1)
      .slice(-MAX_TRIES)
      .reverse();
  const after = [/\s/, /\n/].flatMap((end) => {
    const found = end.exec(text.slice(at, at + SLICE_CHARS));
    return found ? [at + found.index + 1] : [];
  });
  return [...before(/\s/g), ...before(/\n/g), ...after];
}

/** Whether nothing that is taken out reaches over this place. */
function isFree(text: string, at: number, scrub: Scrub): boolean {
  const before = text.slice(Math.max(0, at - AROUND_CHARS), at);
  const after = text.slice(at, at + AROUND_CHARS);
  return scrub(before + after) === scrub(before) + scrub(after);
}

/**
 * Scrubs a long text slice by slice, so that nothing waits for the whole of it.
 * @throws where it cannot be cut without cutting through something that is to be taken out
 */
export async function scrubInTurns(text: string, scrub: Scrub, turn: () => Promise<void> = nextTurn): Promise<string> {
  const parts: string[] = [];
  for (let from = 0; from < text.length; ) {
    const limit = from + SLICE_CHARS;
    const to =
      limit >= text.length ? text.length : placesAround(text, from, limit).find((at) => isFree(text, at, scrub));
    if (to === undefined) throw new Error('The text cannot be cut into slices.');
    parts.push(scrub(text.slice(from, to)));
    from = to;
    await turn();
  }
  return parts.join('');
}
