import type { PageMatch, VerifyOutcome } from '../../shared/protocol/schema.ts';
import type { CacheLayer, CacheState } from '../cache/hint_cache.ts';
import type { Connections } from '../db/db.ts';
import { createRegistry } from './registry.ts';

/** What this instance counts. */
export interface Metrics {
  /** `route` is the pattern, not the path. */
  request(route: string, method: string, status: number, ms: number): void;
  /** A request that was refused as a whole. */
  refused(code: string): void;
  /** Items of an ingest request; `code` where they were rejected. */
  ingested(outcome: string, code: string | undefined, count: number): void;
  lookup(match: PageMatch, hit: boolean, layer: CacheLayer | undefined): void;
  /** What lookups told or withheld from runs. */
  exposed(outcome: 'written' | 'dropped', count: number): void;
  /** What a page reported of a hint. */
  verified(outcome: VerifyOutcome): void;
  job(name: string, outcome: string, ms: number): void;
  /** In the text format of Prometheus. */
  text(): string;
}

export interface MetricsSources {
  readonly version: string;
  readonly connections: () => Connections | undefined;
  readonly cache: () => readonly CacheState[];
}

/** Seconds. The finest steps are around what a lookup takes. */
const REQUEST_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const JOB_BUCKETS = [0.1, 0.5, 1, 5, 15, 60, 300, 1800];
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS'];

export function createMetrics({ version, connections, cache }: MetricsSources): Metrics {
  const registry = createRegistry();
  const { counter, histogram, gauge } = registry;
  const requests = histogram('laskobot_http_request_duration_seconds', 'Requests by route.', REQUEST_BUCKETS);
  const refusals = counter('laskobot_refused_requests_total', 'Requests refused as a whole, by code.');
  const items = counter('laskobot_ingest_items_total', 'Items of ingest requests by outcome, and code if rejected.');
  const lookups = counter(
    'laskobot_hint_lookups_total',
    'Lookups: whether they found hints, and what remembered them.',
  );
  const exposures = counter('laskobot_hint_exposures_total', 'Hints told to or withheld from runs, for the uplift.');
  const outcomes = counter('laskobot_hint_outcomes_total', 'What pages reported of hints that they verified.');
  const jobs = histogram('laskobot_job_duration_seconds', 'Runs of jobs by outcome.', JOB_BUCKETS);
  gauge('laskobot_db_connections', 'Connections to the database, and requests that wait for one.', () =>
    Object.entries(connections() ?? {}).map(([state, value]) => ({ labels: { state }, value })),
  );
  gauge('laskobot_cache_up', 'Whether a layer of the cache answers.', () =>
    cache().map(({ layer, up }) => ({ labels: { layer }, value: Number(up) })),
  );
  gauge('laskobot_cache_entries', 'Answers that a layer of the cache holds.', () =>
    cache().flatMap(({ layer, entries }) => (entries === undefined ? [] : [{ labels: { layer }, value: entries }])),
  );
  gauge('laskobot_build_info', 'The version that runs.', () => [{ labels: { version }, value: 1 }]);

  return {
    request(route, sent, status, ms) {
      const method = METHODS.includes(sent) ? sent : 'other';
      requests({ route, method, status: String(status) }, ms / 1000);
    },
    refused: (code) => refusals({ code }),
    ingested: (outcome, code, count) => items(code === undefined ? { outcome } : { outcome, code }, count),
    lookup: (match, hit, layer) => lookups({ result: hit ? 'hit' : 'miss', page_match: match, cache: layer ?? 'none' }),
    exposed: (outcome, count) => exposures({ outcome }, count),
    verified: (outcome) => outcomes({ outcome }),
    job: (job, outcome, ms) => jobs({ job, outcome }, ms / 1000),
    text: registry.text,
  };
}
