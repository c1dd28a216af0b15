import { UsageError } from './errors.ts';
import type { ReleasePolicy } from './hints/release.ts';
import { LOG_LEVELS, type LogLevel } from './log.ts';

export interface Config {
  readonly host: string;
  readonly port: number;
  readonly dataDir: string;
  /** Absent: the embedded database in `dataDir`. */
  readonly databaseUrl: string | undefined;
  /** Connections to Postgres at most. */
  readonly poolSize: number;
  /** Absent: artifacts are kept in `dataDir`. */
  readonly supabase: { readonly url: string; readonly secretKey: string } | undefined;
  /** Where clients reach this server, without a trailing slash; absent: as each request was addressed. */
  readonly publicUrl: string | undefined;
  /** Redis or Valkey; absent: each instance remembers and counts by itself. */
  readonly redisUrl: string | undefined;
  /** How long an answer to a lookup is remembered in the process, in ms; 0: not at all. */
  readonly hintCacheMs: number;
  /** Requests a minute that one key may send; 0: any number. */
  readonly rateLimit: number;
  /** What opens /metrics; absent: any secret key. */
  readonly metricsToken: string | undefined;
  readonly jobs: 'timer' | 'off';
  readonly release: ReleasePolicy;
  /** Share of runs that are told a hint which has not yet earned its place. */
  readonly canaryPercent: number;
  /** Share of runs that a hint is withheld from, to measure what it brings. */
  readonly holdoutPercent: number;
  /** Days that calls and events stay in the database before their month is archived; 0: for ever. */
  readonly retentionDays: number;
  /** Days that stored bytes which are not what their name says are kept; 0: for ever. */
  readonly quarantineDays: number;
  readonly logLevel: LogLevel;
  /** Web origins that may call, besides those of extensions. */
  readonly allowedOrigins: readonly string[];
}

export type Env = Readonly<Record<string, string | undefined>>;

/** The configuration from the environment. Throws `UsageError` naming the variable, what it held and what it takes. */
export function readConfig(env: Env): Config {
  const supabaseUrl = optionalUrl(env, 'SUPABASE_URL', ['http:', 'https:']);
  const secretKey = env.SUPABASE_SECRET_KEY || undefined;
  if ((supabaseUrl === undefined) !== (secretKey === undefined)) {
    throw new UsageError('SUPABASE_URL and SUPABASE_SECRET_KEY must be set both or neither');
  }
  const databaseUrl = optionalUrl(env, 'DATABASE_URL', ['postgres:', 'postgresql:']);
  // On one's own machine nobody else is there to agree, and one session is to show what hints are.
  const shared = databaseUrl !== undefined;
  return {
    host: env.HOST || '127.0.0.1',
    port: integer(env, 'PORT', 8787, 0, 65_535),
    dataDir: env.DATA_DIR || '.laskobot',
    databaseUrl,
    poolSize: integer(env, 'POOL_SIZE', 10, 1, 1000),
    supabase: supabaseUrl && secretKey ? { url: withoutSlash(supabaseUrl), secretKey } : undefined,
    publicUrl: withoutSlash(optionalUrl(env, 'PUBLIC_URL', ['http:', 'https:'])),
    redisUrl: optionalUrl(env, 'REDIS_URL', ['redis:', 'rediss:']),
    hintCacheMs: integer(env, 'HINT_CACHE_MS', 3000, 0, 60_000),
    rateLimit: integer(env, 'RATE_LIMIT', 30_000, 0, 100_000_000),
    metricsToken: env.METRICS_TOKEN || undefined,
    jobs: oneOf(env, 'JOBS', ['timer', 'off'], 'timer'),
    release: {
      minSuccesses: integer(env, 'HINTS_MIN_SUCCESSES', shared ? 3 : 1, 1, 1_000_000),
      minDays: integer(env, 'HINTS_MIN_DAYS', shared ? 2 : 1, 1, 365),
      decayDays: integer(env, 'HINTS_DECAY_DAYS', 60, 0, 36_500),
      halfLifeDays: integer(env, 'HINTS_HALF_LIFE_DAYS', 30, 0, 36_500),
      minKeys: integer(env, 'HINTS_MIN_KEYS', 2, 1, 1_000),
    },
    canaryPercent: integer(env, 'HINTS_CANARY_PERCENT', 10, 0, 100),
    holdoutPercent: integer(env, 'HINTS_HOLDOUT_PERCENT', 2, 0, 50),
    retentionDays: integer(env, 'RETENTION_DAYS', 90, 0, 36_500),
    quarantineDays: integer(env, 'QUARANTINE_DAYS', 30, 0, 36_500),
    logLevel: oneOf(env, 'LOG_LEVEL', LOG_LEVELS, 'info'),
    allowedOrigins: origins(env, 'ALLOWED_ORIGINS'),
  };
}

const refuse = (name: string, got: string, takes: string): never => {
  throw new UsageError(`${name} is ${JSON.stringify(got)}, it takes ${takes}`);
};

function integer(env: Env, name: string, fallback: number, min: number, max: number): number {
  const got = env[name];
  if (!got) return fallback;
  const value = Number(got);
  return /^\d+$/.test(got) && value >= min && value <= max
    ? value
    : refuse(name, got, `a whole number from ${min} to ${max}`);
}

function oneOf<const T extends string>(env: Env, name: string, values: readonly T[], fallback: T): T {
  const got = env[name];
  if (!got) return fallback;
  return values.find((value) => value === got) ?? refuse(name, got, `one of ${values.join(', ')}`);
}

function optionalUrl(env: Env, name: string, protocols: readonly string[]): string | undefined {
  const got = env[name];
  if (!got) return undefined;
  if (URL.canParse(got) && protocols.includes(new URL(got).protocol)) return got;
  return refuse(
    name,
    withoutPassword(got),
    `a URL that begins with ${protocols.map((each) => `${each}//`).join(' or ')}`,
  );
}

const withoutPassword = (text: string): string => text.replace(/:[^:@/]*@/, ':***@');

function withoutSlash<T extends string | undefined>(url: T): T {
  return url?.replace(/\/+$/, '') as T;
}

function origins(env: Env, name: string): string[] {
  const list = (env[name] ?? '')
    .split(',')
    .map((each) => each.trim())
    .filter(Boolean);
  for (const each of list) {
    if (!URL.canParse(each) || new URL(each).origin !== each) {
      refuse(name, each, 'origins such as https://app.example, separated by commas');
    }
  }
  return list;
}
