import { expect, test } from 'vitest';
import { describeDatabases } from '../testing/databases.ts';
import { countVotes, type Told, weigher } from './count_votes.ts';
import { NO_VOTES, type Votes } from './release.ts';
import { votesOf } from './votes_sql.ts';

const NOW = new Date('2026-06-15T12:00:00Z');
const POLICIES = [
  { halfLifeDays: 30, decayDays: 60 },
  { halfLifeDays: 0, decayDays: 0 },
];

/** Of `voters` on `days` with three keys, some of them; always the same. */
function someTold(voters: number, days: number): (Told & { ok: boolean })[] {
  let drawn = 7;
  const draw = () => {
    drawn = (drawn * 48_271) % 2_147_483_647;
    return drawn / 2_147_483_647;
  };
  const all = Array.from({ length: voters * days * 3 }, (_, n) => ({
    voter: `voter ${n % voters}`,
    age: Math.floor(n / voters) % days,
    key_no: Math.floor(n / voters / days),
    ok: draw() < 0.7,
  }));
  return all.filter(() => draw() < 0.4);
}

const sorted = ({ keys, ...votes }: Votes) => ({ ...votes, keys: keys.toSorted((a, b) => a.key_no - b.key_no) });

describeDatabases('votes', (db) => {
  test.each([
    [1, 1],
    [2, 9],
    [13, 5],
  ])('of %i voters on %i days are the same here and in SQL', async (voters, days) => {
    const told = someTold(voters, days);
    const rows = `select voter, date '2026-06-15' - age as day, key_no, ok
      from jsonb_to_recordset('${JSON.stringify(told)}'::jsonb) as t(voter text, age int, key_no int, ok boolean)`;
    for (const policy of POLICIES) {
      const [row] = await db().tx('admin', (tx) =>
        tx.query<{ votes: Votes }>(`select ${votesOf(rows, { now: NOW, policy })} as votes`),
      );
      const { okWeight, badWeight, ...counted } = sorted(countVotes(told, ({ ok }) => ok, weigher({ policy })));
      const wanted = sorted(row!.votes);
      expect(wanted).toMatchObject(counted);
      expect(okWeight).toBeCloseTo(wanted.okWeight, 9);
      expect(badWeight).toBeCloseTo(wanted.badWeight, 9);
    }
  });
});

test('nothing told is no votes', () =>
  expect(
    countVotes(
      [],
      () => true,
      () => 1,
    ),
  ).toEqual(NO_VOTES));
