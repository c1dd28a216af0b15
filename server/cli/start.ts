import { listen } from '../entry/listen.ts';
import { run } from '../entry/run.ts';
import { type Command, textOption } from './command.ts';

export const startCommand: Command = {
  usage: `Usage: laskobot-runs start [--host HOST] [--port PORT] [--data-dir DIR] [--extension DIR]…

  --host HOST      address to listen on (HOST, default 127.0.0.1)
  --port PORT      port to listen on (PORT, default 8787)
  --data-dir DIR   embedded database, artifacts and keys (DATA_DIR, default .laskobot)
  --extension DIR  built extension to tell the server's address and key; again, or separated by commas, for more

Environment:
  DATABASE_URL         Postgres 15 or later instead of the embedded database
  POOL_SIZE            connections to it at most (default 10)
  SUPABASE_URL, SUPABASE_SECRET_KEY
                       Supabase Storage instead of a folder
  PUBLIC_URL           where clients reach the server
  ALLOWED_ORIGINS      web origins that may call, besides extensions, separated by commas
  REDIS_URL            Redis or Valkey that instances share: remembered hints and rate limits
  HINT_CACHE_MS        how long the process remembers a lookup (default 3000, 0 not at all)
  RATE_LIMIT           requests a minute of one key (default 30000, 0 any number)
  METRICS_TOKEN        what opens GET /metrics (default any secret key)
  JOBS                 timer (default) or off
  RETENTION_DAYS       days that calls stay in the database before their month is archived (default 90, 0: for ever)
  QUARANTINE_DAYS      days that uploads which are not what their hash says are kept (default 30, 0: for ever)
  HINTS_MIN_SUCCESSES  independent successes that make a hint active (default 3; embedded database 1)
  HINTS_MIN_DAYS       days that they must be spread over (default 2; embedded database 1)
  HINTS_CANARY_PERCENT share of runs that are told a hint which has not earned its place yet (default 10)
  HINTS_HOLDOUT_PERCENT
                       share of runs that a hint is withheld from, to measure what it brings (default 2)
  HINTS_MIN_KEYS       API keys that must agree on what becomes of a hint, where as many told of its control (default 2; 1: any alone)
  HINTS_HALF_LIFE_DAYS days in which evidence comes to weigh half; 0: never (default 30)
  HINTS_DECAY_DAYS     days without any success after which a hint is retired; 0: never (default 60)
  LOG_LEVEL            debug, info (default), warn, error or silent`,
  options: {
    host: { type: 'string' },
    port: { type: 'string' },
    'data-dir': { type: 'string' },
    extension: { type: 'string', multiple: true },
  },
  positionals: 0,
  async run(call) {
    const extensionDirs = [call.values.extension ?? []].flat().flatMap((dirs) => String(dirs).split(','));
    const env = {
      ...call.env,
      HOST: textOption(call, 'host') ?? call.env.HOST,
      PORT: textOption(call, 'port') ?? call.env.PORT,
      DATA_DIR: textOption(call, 'data-dir') ?? call.env.DATA_DIR,
    };
    await run(env, listen, extensionDirs.filter(Boolean));
  },
};
