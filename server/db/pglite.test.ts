import { expect, test } from 'vitest';
import { openTestPglite } from '../testing/pglite.ts';

/** Without a turn of its own the timer waits for all of them. */
const MANY = 5_000;

test('whoever asks in a loop leaves timers and other requests their turn', async () => {
  const db = await openTestPglite();
  let asked = 0;
  let answered: number | undefined;
  setTimeout(async () => {
    await db.tx('admin', (tx) => tx.query('select 1'));
    answered = asked;
  }, 1);
  while (answered === undefined && asked < MANY) {
    await db.tx('admin', (tx) => tx.query('select 1'));
    asked += 1;
  }
  const seen = answered;
  await db.close();
  expect(seen).toBeLessThan(MANY);
});
