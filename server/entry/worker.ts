import { openRequestPostgres } from '../db/request_postgres.ts';
import { openHosted } from './hosted.ts';

/** Variables and secrets, as of config.ts, and the binding of a Hyperdrive. */
interface WorkerEnv {
  readonly HYPERDRIVE?: { readonly connectionString: string };
  readonly [name: string]: unknown;
}

interface WorkerContext {
  waitUntil(promise: Promise<unknown>): void;
}

type Opened = ReturnType<typeof open>;

function open({ HYPERDRIVE, ...rest }: WorkerEnv) {
  const texts = Object.entries(rest).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  const env = { DATABASE_URL: HYPERDRIVE?.connectionString, ...Object.fromEntries(texts) };
  return openHosted(env, ({ databaseUrl }) => openRequestPostgres(databaseUrl));
}

/** One an isolate: it holds what was remembered, and no connection. */
let opened: Opened | undefined;

/** A Cloudflare Worker, with the flag nodejs_compat. Its cron trigger runs the jobs. */
export default {
  fetch(request: Request, env: WorkerEnv, context: WorkerContext): Promise<Response> {
    opened ??= open(env);
    const { app, db } = opened;
    return db.during(
      (promise) => context.waitUntil(promise),
      async () => app.fetch(request),
    );
  },
  scheduled(_: unknown, env: WorkerEnv, context: WorkerContext): Promise<void> {
    opened ??= open(env);
    const { jobs, db } = opened;
    return db.during(
      (promise) => context.waitUntil(promise),
      async () => {
        for (const name of jobs.names) await jobs.run(name);
      },
    );
  },
};
