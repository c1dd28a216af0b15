import { expect, test } from 'vitest';
import { inLanes } from './lanes.ts';

/** Tasks that say when they begin, and end when they are told to. */
function tasksOf(names: readonly string[]) {
  const begun: string[] = [];
  const ends = new Map<string, { resolve: () => void; reject: (error: Error) => void }>();
  const tasks = names.map((name) => () => {
    begun.push(name);
    return new Promise<void>((resolve, reject) => ends.set(name, { resolve, reject }));
  });
  const end = async (name: string, error?: Error) => {
    if (error) ends.get(name)?.reject(error);
    else ends.get(name)?.resolve();
    await new Promise(setImmediate);
  };
  return { begun, tasks, end };
}

test('so many are under way at once, and the next begins when one ends', async () => {
  const { begun, tasks, end } = tasksOf(['a', 'b', 'c', 'd']);
  const done = inLanes(2, tasks);
  expect(begun).toEqual(['a', 'b']);
  await end('b');
  expect(begun).toEqual(['a', 'b', 'c']);
  await end('a');
  await end('c');
  await end('d');
  await done;
  expect(begun).toEqual(['a', 'b', 'c', 'd']);
});

test('after a failure none begins, and it is thrown when the others have ended', async () => {
  const { begun, tasks, end } = tasksOf(['a', 'b', 'c']);
  let failed: unknown;
  const done = inLanes(2, tasks).catch((error) => {
    failed = error;
  });
  await end('a', new Error('first'));
  expect(failed).toBeUndefined();
  await end('b', new Error('second'));
  await done;
  expect(failed).toEqual(new Error('first'));
  expect(begun).toEqual(['a', 'b']);
});
