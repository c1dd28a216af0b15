import type { Log } from '../log.ts';
import type { JobRunner } from './runner.ts';

/** How often the jobs run, in ms. */
export const JOB_INTERVAL_MS = 5 * 60_000;

/** Runs all jobs now and then at every interval, one after another, until the signal. */
export function startJobTimer(runner: JobRunner, log: Log, signal: AbortSignal): void {
  let running = false;
  const tick = async () => {
    if (running || signal.aborted) return;
    running = true;
    for (const name of runner.names) {
      await runner.run(name).catch((error: unknown) => {
        log.error('job.not_run', { job: name, reason: error instanceof Error ? error.name : 'unknown' });
      });
    }
    running = false;
  };
  const timer = setInterval(() => void tick(), JOB_INTERVAL_MS);
  signal.addEventListener('abort', () => clearInterval(timer));
  void tick();
}
