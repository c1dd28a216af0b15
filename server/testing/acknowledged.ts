import pg from 'pg';
import { v7 as uuidv7 } from 'uuid';
import { aCall } from './items.ts';

/** Calls in a batch of the load. */
const BATCH = 20;

interface Batch {
  readonly runId: string;
  readonly body: string;
  acknowledged: boolean;
}

export interface Load {
  readonly acknowledged: () => number;
  /** Sends what was not acknowledged until all of it is, as clients do; throws where that takes longer than a minute. */
  finish(): Promise<void>;
}

/** Sends batches without a pause, `width` at a time, each again until it is acknowledged; `url` may change. */
export function startLoad(
  url: () => string,
  key: string,
  count: number,
  width = 4,
): Load & { batches: readonly Batch[] } {
  const batches: Batch[] = Array.from({ length: count }, () => {
    const runId = uuidv7();
    const started_at = new Date().toISOString();
    const items = Array.from({ length: BATCH }, (_, seq) => aCall({ seq, started_at, context: { run_id: runId } }));
    return { runId, body: JSON.stringify({ items }), acknowledged: false };
  });
  const deadline = Date.now() + 60_000;
  const queue = batches.values();
  const send = async (batch: Batch): Promise<void> => {
    while (!batch.acknowledged) {
      if (Date.now() > deadline) throw new Error('the load was not acknowledged within a minute');
      const answer = await fetch(`${url()}/v1/ingest`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}` },
        body: batch.body,
      })
        .then((response) => (response.ok ? response.json() : undefined))
        .catch(() => undefined);
      if (answer?.rejected) throw new Error(JSON.stringify(answer));
      batch.acknowledged = answer?.accepted + answer?.duplicate === BATCH;
      if (!batch.acknowledged) await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  const workers = Promise.all(
    Array.from({ length: width }, async () => {
      for (const batch of queue) await send(batch);
    }),
  );
  workers.catch(() => {});
  return {
    batches,
    acknowledged: () => batches.filter((batch) => batch.acknowledged).length,
    finish: async () => {
      await workers;
    },
  };
}

/** What is wrong with how a load is stored: acknowledged and not there, there twice, or a batch in part. */
export async function faultsOf(databaseUrl: string, batches: readonly Batch[]): Promise<string[]> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const { rows } = await client.query<{ run_id: string; calls: number; events: number; ledger: number }>(
    `select run_id, count(*)::int as calls, count(distinct event_uuid)::int as events,
       (select count(*)::int from tool_call_ledger l where l.run_id = c.run_id) as ledger
     from tool_calls c group by run_id`,
  );
  await client.end();
  const stored = new Map(rows.map((row) => [row.run_id, row]));
  return batches.flatMap(({ runId, acknowledged }) => {
    const { calls, events, ledger } = stored.get(runId) ?? { calls: 0, events: 0, ledger: 0 };
    const whole = calls === events && calls === ledger && (calls === BATCH || (calls === 0 && !acknowledged));
    return whole ? [] : [`${runId}: ${calls} calls, ${events} events, ${ledger} in the ledger`];
  });
}
