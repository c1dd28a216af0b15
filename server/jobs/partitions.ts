import type { Job } from './job.ts';

/** Keeps partitions of tool_calls from last month to three months ahead. */
export const partitionsJob: Job = {
  name: 'partitions',
  async run({ db }) {
    const [row] = await db.tx('admin', (tx) =>
      tx.query<{ made: number }>(
        `select laskobot_ensure_partitions((current_date - interval '1 month')::date, 5) as made`,
      ),
    );
    return { made: row?.made ?? 0 };
  },
};
