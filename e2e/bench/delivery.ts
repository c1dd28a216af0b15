import { findPostgres } from '../../server/testing/postgres_cluster.ts';
import { deliverUnderFaults } from '../delivery/deliver_under_faults.ts';
import { available } from '../drivers/launch.ts';
import { provideChromium, provideFirefox } from '../provision/browsers.ts';
import type { Bench } from './bench.ts';

const EVENTS = 10_000;
const BROWSER_KILLS = 3;
const BETWEEN_FAULTS_MS = 4000;

/** So many meet every kind of fault. */
const ENOUGH_EVENTS = 5000;
/** Not made by the proxy: a request that comes while the server is down. */
const BY_CHANCE: readonly string[] = ['unreachable'];

/** Each browser in turn; totals over both, and what each did. */
export const delivery: Bench = {
  name: 'delivery',
  measures:
    'what is lost or stored twice of 10,000 events (--events N) while workers, browsers, servers and connections fail',
  async run({ events = EVENTS, browsers: kinds }) {
    const postgresBin = findPostgres();
    if (!postgresBin) throw new Error('delivery needs Postgres; set PG_BIN to the folder of its programs.');
    process.env.CHROMIUM_PATH ??= (await provideChromium()) ?? '';
    process.env.FIREFOX_PATH ??= (await provideFirefox()) ?? '';
    const total = { enqueued: 0, stored: 0, duplicates_stored: 0, lost: 0, dead_lettered: 0, recovery_ms: 0 };
    const browsers: Record<string, unknown> = {};
    for (const kind of kinds) {
      if (!available(kind)) throw new Error(`delivery needs ${kind}.`);
      const plan = {
        kind,
        events,
        kills: BROWSER_KILLS,
        betweenFaultsMs: BETWEEN_FAULTS_MS,
        postgresBin,
        random: Math.random,
        log: console.error,
      };
      const { status, missing, sent, ...run } = await deliverUnderFaults(plan);
      const { enqueued, delivered, queued, dead, dropped, drop_reasons } = status.delivery;
      browsers[kind] = {
        items: enqueued,
        delivered,
        dropped,
        drop_reasons,
        dead_lettered: dead,
        ...run,
        enqueued: sent,
      };
      // Calls and events; sessions, tabs and runs are items too, but their rows are not one each.
      total.enqueued += sent;
      total.stored += run.stored;
      total.duplicates_stored += run.duplicates_stored;
      total.lost += run.lost + dropped;
      total.dead_lettered += dead;
      total.recovery_ms = Math.max(total.recovery_ms, run.recovery_ms);
      if (enqueued !== delivered + queued + dead + dropped)
        throw new Error(`${kind}: the counts are out of balance: ${JSON.stringify(status.delivery)}`);
      if (run.lost > 0 || dropped > 0 || run.duplicates_stored > 0 || run.undercut > 0 || dead !== 1)
        throw new Error(`${kind}: ${JSON.stringify({ ...(browsers[kind] as object), missing })}`);
      const never = Object.entries(run.faults).filter(([fault, count]) => count === 0 && !BY_CHANCE.includes(fault));
      if (events >= ENOUGH_EVENTS && never.length > 0)
        throw new Error(
          `${kind}: nothing is shown of what never happened: ${never.map(([fault]) => fault).join(', ')}`,
        );
    }
    return { ...total, browsers };
  },
};
