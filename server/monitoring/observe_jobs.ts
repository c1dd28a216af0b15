import type { JobRunner } from '../jobs/runner.ts';
import type { Metrics } from './metrics.ts';

/** The same runner, telling the metrics of each run. `clock` in ms, of any origin. */
export function observeJobs(runner: JobRunner, metrics: Metrics, clock: () => number): JobRunner {
  return {
    ...runner,
    async run(name) {
      const started = clock();
      const result = await runner.run(name);
      if (result) metrics.job(result.job, result.outcome, clock() - started);
      return result;
    },
  };
}
