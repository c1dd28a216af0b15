import type { Job } from './job.ts';

/** Keeps partitions of tool_calls from last month to three months ahead, and empties the default one into its months'. */
export const partitionsJob: Job = {
  name: 'partitions',
  everyMs: 6 * 3600 * 1000,
  async run({ db, renew }) {
    const [ahead] = await db.tx('admin', (tx) =>
      tx.query<{ made: number }>(
        `select laskobot_ensure_partitions((current_date - interval '1 month')::date, 5) as made`,
      ),
    );
    const months = await db.tx('admin', (tx) =>
      tx.query<{ month: string }>('select month::text as month from laskobot_default_months() as month order by month'),
    );
    for (const { month } of months) {
      await db.tx('admin', (tx) => tx.query('select laskobot_ensure_partitions($1::date, 1)', [month]));
      await renew();
    }
    return { made: ahead?.made ?? 0, drained: months.length };
  },
};
