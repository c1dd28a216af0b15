import { DbUnavailable } from '../db/db.ts';

interface Waiting<Q, A> {
  readonly question: Q;
  readonly resolve: (answer: A) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Joins what is asked while `underWay` calls wait for their answers into one call of at most `most` questions; a question
 * that meets no other goes at once. `askAll` answers in order. A question that cannot be answered spoils no other.
 */
export function joined<Q, A>(
  askAll: (questions: readonly Q[]) => Promise<readonly A[]>,
  { underWay, most }: { readonly underWay: number; readonly most: number },
): (question: Q) => Promise<A> {
  const waiting: Waiting<Q, A>[] = [];
  let calls = 0;

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
    if (calls >= underWay || waiting.length === 0) return;
    calls += 1;
    void answer(waiting.splice(0, most)).then(() => {
      calls -= 1;
      next();
    });
  }

  return (question) =>
    new Promise((resolve, reject) => {
      waiting.push({ question, resolve, reject });
      next();
    });
}
