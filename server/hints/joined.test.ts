import { expect, test } from 'vitest';
import { DbUnavailable } from '../db/db.ts';
import { joined } from './joined.ts';

/** Calls that wait until they are let go; a question of `bad` makes its call throw. */
function held(most: number, patienceMs = 60_000) {
  const calls: number[][] = [];
  const gates: (() => void)[] = [];
  const ask = joined(
    async (questions: readonly number[]) => {
      calls.push([...questions]);
      await new Promise<void>((resolve) => gates.push(resolve));
      if (questions.includes(-1)) throw new RangeError('bad');
      if (questions.includes(-2)) throw new DbUnavailable('gone');
      return questions.map((question) => question * 10);
    },
    { most, patienceMs },
  );
  const letGo = async (): Promise<void> => {
    for (let gate = gates.shift(); gate; gate = gates.shift()) {
      gate();
      await new Promise((resolve) => setTimeout(resolve));
    }
  };
  return { ask, calls, letGo };
}

test('what is asked while others wait goes as one, bounded and in order', async () => {
  const { ask, calls, letGo } = held(3);
  const answers = Promise.all([1, 2, 3, 4, 5, 6].map(ask));
  expect(calls).toEqual([[1]]);
  await letGo();
  expect(await answers).toEqual([10, 20, 30, 40, 50, 60]);
  expect(calls).toEqual([[1], [2, 3, 4], [5, 6]]);
});

test('one that cannot be answered spoils no other', async () => {
  const { ask, calls, letGo } = held(8);
  const answers = Promise.allSettled([0, 1, -1, 2].map(ask));
  await letGo();
  expect((await answers).map((each) => (each.status === 'fulfilled' ? each.value : each.reason.message))).toEqual([
    0,
    10,
    'bad',
    20,
  ]);
  expect(calls).toEqual([[0], [1, -1, 2], [1], [-1], [2]]);
});

test('a database that is gone is not asked again for each', async () => {
  const { ask, calls, letGo } = held(8);
  const answers = Promise.allSettled([0, 1, -2].map(ask));
  await letGo();
  expect((await answers).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
  expect(calls).toEqual([[0], [1, -2]]);
  // Nor is it in the way of what comes later.
  const later = ask(7);
  await letGo();
  expect(await later).toBe(70);
});

test('one that hangs does not hold up the rest', async () => {
  const { ask, calls, letGo } = held(8, 20);
  const answers = Promise.all([1, 2, 3].map(ask));
  while (calls.length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
  expect(calls).toEqual([[1], [2, 3]]);
  await letGo();
  expect(await answers).toEqual([10, 20, 30]);
});
