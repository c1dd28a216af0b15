import { expect, test } from 'vitest';
import { CallEffects } from '../../../shared/protocol/schema.ts';
import { describeDatabases } from '../../testing/databases.ts';
import { isCallEffects } from './effects_sql.ts';

const ID = '0198c0de-0000-7000-8000-00000000000A';
const PLAIN = { call: ID, navigation: 'none', requests: [], unseen_requests: 0, download: false };
const POST = { method: 'POST', path: '/orders/:id' };
const WAIT = { visible: 0, enabled: 12 };
const FULL = {
  ...PLAIN,
  ...{ opener: ID, url_change: 1, dom_quiet: 2, network_quiet: 3, next_usable: 4, dialog: 'confirm' },
  ...{ requests: [POST, { method: 'OTHER', path: '' }], download: true, navigation: 'load' },
  wait: { ...WAIT, url_change: 5, dom_quiet: 6, network_quiet: 7 },
};

const VALUES = [
  ...[null, true, 'x', '', ID, ID.toLowerCase(), `${ID}\n`, `x${ID}`, ID.replaceAll('-', ''), 'none', 'same_document'],
  ...['form', '0', [], [0], ['none'], [ID], {}, [{}], { visible: 1 }, [WAIT], [[POST]], [POST, 1], Array(6).fill(POST)],
  ...[Array(5).fill(POST), [{ ...POST, more: 1 }], [{ method: 'GET', path: '/' }], [{ method: ['POST'], path: '/' }]],
  ...[[{ method: 'PUT' }], [{ method: 'PUT', path: 1 }], [{ method: 'PUT', path: ['/'] }], [{ path: '/' }]],
  ...['é'.repeat(1024), 'e'.repeat(1025)].map((path) => [{ ...POST, path }]),
  ...[0, -0, 1, -1, 1.5, 2 ** 31 - 1, 2 ** 31, 2 ** 53, 1e300, -1e-300],
];

/** Each field of `of` left out, and with each value instead. */
const changed = (of: object): object[] =>
  Object.keys(of).flatMap((name) => [
    Object.fromEntries(Object.entries(of).filter(([key]) => key !== name)),
    ...VALUES.map((value) => ({ ...of, [name]: value })),
  ]);

describeDatabases('what a page tells of a call', (db) => {
  test('counts in the database where it has the shape of the protocol, and nowhere else', async () => {
    const told: unknown[] = [
      ...VALUES,
      [PLAIN],
      { ...PLAIN, more: 1 },
      ...changed(PLAIN),
      ...changed(FULL),
      ...changed(FULL.wait).map((wait) => ({ ...PLAIN, wait })),
      ...changed(WAIT).map((wait) => ({ ...PLAIN, wait })),
    ];
    const rows = await db().tx('admin', (tx) =>
      tx.query<{ counts: boolean | null }>(
        `select ${isCallEffects('data')} as counts
         from jsonb_array_elements($1::jsonb) with ordinality as t(data, place) order by place`,
        [JSON.stringify(told)],
      ),
    );
    const wrong = told.filter((data, n) => CallEffects.safeParse(data).success !== (rows[n]?.counts ?? false));
    expect(wrong).toEqual([]);
    expect(rows).toHaveLength(told.length);
    expect(rows.filter(({ counts }) => counts).length).toBeGreaterThan(50);
  });
});
