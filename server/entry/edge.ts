import { openPostgres } from '../db/postgres.ts';
import { createLog } from '../log.ts';
import { openHosted } from './hosted.ts';

declare const Deno: {
  readonly env: { toObject(): Record<string, string> };
  serve(handler: (request: Request) => Response | Promise<Response>): unknown;
};

/** Each isolate has its own pool, and there may be many. */
const POOL_SIZE = '2';

const given = Deno.env.toObject();
const { app } = openHosted(
  {
    POOL_SIZE,
    // What Supabase gives to every function.
    DATABASE_URL: given.SUPABASE_DB_URL,
    SUPABASE_SECRET_KEY: given.SUPABASE_SERVICE_ROLE_KEY,
    ...given,
  },
  ({ databaseUrl: url, poolSize, logLevel }) =>
    openPostgres({ url, poolSize, log: createLog(logLevel, (line) => console.log(line)) }),
);
const base = given.BASE_PATH ?? '/laskobot-runs';

/** A Supabase Edge Function: its name is the first part of each path. */
Deno.serve((request) => {
  const url = new URL(request.url);
  if (url.pathname === base || url.pathname.startsWith(`${base}/`))
    url.pathname = url.pathname.slice(base.length) || '/';
  return app.fetch(new Request(url, request));
});
