import type { Log } from '../log.ts';
import type { JobRunner } from './runner.ts';

/** How often is looked for jobs that are due, in ms. */
export const TICK_MS = 60_000;

/** Runs the jobs that are due now and at every tick, one after another, until the signal. */
export function startJobTimer(runner: JobRunner, log: Log, signal: AbortSignal): void {
  let running = false;
  const tick = async () => {
    if (running || signal.aborted) return;
    running = true;
    const notRun = (job: string | undefined) => (error: unknown) =>
      log.error('job.not_run', { job, reason: error instanceof Error ? error.name : 'unknown' });
    const due = await runner.due().catch((error: unknown) => {
      notRun(undefined)(error);
      return [];
    });
    for (const name of due) if (!signal.aborted) await runner.run(name).catch(notRun(name));
    running = false;
  };
  const timer = setInterval(() => void tick(), TICK_MS);
  signal.addEventListener('abort', () => clearInterval(timer));
  void tick();
}
