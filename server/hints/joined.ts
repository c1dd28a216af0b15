import { DbUnavailable } from '../db/db.ts';

interface Waiting<Q, A> {
  readonly question: Q;
  readonly resolve: (answer: A) => void;
  readonly reject: (error: unknown) => void;
}

export interface Joining {
  /** Most questions in one call. */
  readonly most: number;
  /** How long others wait for a call, in ms: one that hangs must not hold up the rest. */
  readonly patienceMs: number;
}

/**
 * Joins what is asked while a call waits for its answer into the next one; a question that meets no other goes at once.
 * `askAll` answers in order. A question that cannot be answered spoils no other.
 */
export function joined<Q, A>(
  askAll: (questions: readonly Q[]) => Promise<readonly A[]>,
  { most, patienceMs }: Joining,
): (question: Q) => Promise<A> {
  const waiting: Waiting<Q, A>[] = [];
  let busy = false;

  async function answer(asked: readonly Waiting<Q, A>[]): Promise<void> {
    try {
      const answers = await askAll(asked.map(({ question }) => question));
      if (answers.length !== asked.length) throw new RangeError('every question has one answer');
      asked.forEach(({ resolve }, at) => {
        resolve(answers[at] as A);
      });
    } catch (error) {
      if (asked.length === 1 || error instanceof DbUnavailable) for (const { reject } of asked) reject(error);
      else for (const each of asked) await answer([each]);
    }
  }

  function next(): void {
    if (busy || waiting.length === 0) return;
    busy = true;
    let counts = true;
    const over = (): void => {
      clearTimeout(timer);
      if (!counts) return;
      counts = false;
      busy = false;
      next();
    };
    const timer = setTimeout(over, patienceMs);
    void answer(waiting.splice(0, most)).then(over);
  }

  return (question) =>
    new Promise((resolve, reject) => {
      waiting.push({ question, resolve, reject });
      next();
    });
}
