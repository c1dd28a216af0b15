import { startOwnPostgres } from '../../server/testing/own_postgres.ts';
import { findPostgres } from '../../server/testing/postgres_cluster.ts';
import { seeded } from '../../server/testing/seeded.ts';
import { parseHashKey } from '../../shared/signature/hash.ts';
import type { Bench } from './bench.ts';
import { ATTACKER_KEYS, ATTACKERS, type Attacker, attackerOf, liesAbout, victimOf } from './simulate/attack.ts';
import { hintFor, itemsOf, toldBy } from './simulate/client.ts';
import { createNaive } from './simulate/naive.ts';
import { named, resolveOn } from './simulate/resolve.ts';
import { createTally } from './simulate/score.ts';
import { seededUuid } from './simulate/seeded_uuid.ts';
import { openStore, type StateChange, type Store } from './simulate/store.ts';
import { CONTROLS, createWorld, HOURS, SITES, type World } from './simulate/world.ts';

const SEED = 20_261_123;
const RUNS = 100_000;
/** Between two runs of the job, in simulated hours. */
const STEP = 6;
const HOUR_MS = 3_600_000;
const INSTANCES = 60;
/** Lookups under way at once. */
const AT_ONCE = 32;
/** Items written together. */
const BATCH = 250;
/** API keys of honest instances. */
const HONEST_KEYS = [1, 2, 3];
const ATTACKS_FROM = 0;
const ATTACK_EVERY = 12;
/** Under so many names an attacker asks, to be told what is tried. */
const ASKED_BY_ATTACKER = 20;

/** Batch by batch, each by the key that its first item is drawn to. */
async function writeAll(store: Store, items: readonly unknown[], keys: readonly number[]): Promise<void> {
  for (let from = 0; from < items.length; from += BATCH)
    await store.write(items.slice(from, from + BATCH), keys[(from / BATCH) % keys.length]!);
}

/** All runs of a step: each asks, acts and tells how it went. What they tell is written together. */
async function honestRuns(store: Store, world: World, random: () => number, count: number, hour: number, time: string) {
  const tally: [control: string, told: ReturnType<typeof toldBy>, changed: number | undefined][] = [];
  const uses: Parameters<typeof itemsOf>[0][] = [];
  const draws = Array.from({ length: count }, () => ({
    site: Math.floor(random() * SITES),
    number: Math.floor(random() * CONTROLS),
    instance_id: `instance-${Math.floor(random() * INSTANCES)}`,
    luck: random(),
    run_id: seededUuid(random, Date.parse(time)),
  }));
  for (let from = 0; from < count; from += AT_ONCE)
    await Promise.all(
      draws.slice(from, from + AT_ONCE).map(async ({ site, number, instance_id, luck, run_id }) => {
        const { url, fate, changesAt, flake } = world.sites[site]!;
        const { state, controls } = world.page(site, hour);
        const control = controls[number]!;
        const hint = hintFor(await store.told(url, run_id, state), control);
        const resolved = hint && resolveOn(hint.data, controls);
        const told = toldBy(resolved, control);
        tally.push([`${site} ${number}`, told, fate !== 'still' && hour >= changesAt ? changesAt : undefined]);
        const success = told !== 'wrong' && luck >= flake;
        uses.push({ run_id, instance_id, url, state, time, control, hint, resolved, success });
      }),
    );
  return { tally, uses };
}

async function attacks(store: Store, world: World, random: () => number, hour: number, time: string) {
  const uuid = () => seededUuid(random, Date.parse(time));
  const lies = new Map<Attacker, Record<string, unknown>[]>(ATTACKERS.map((attacker) => [attacker, []]));
  for (const [site, { url }] of world.sites.entries()) {
    const { state, controls } = world.page(site, hour);
    const control = controls[0]!;
    const attacker = attackerOf(control);
    if (!attacker) continue;
    const asked = await Promise.all(Array.from({ length: ASKED_BY_ATTACKER }, () => store.told(url, uuid(), state)));
    const hints = new Map(asked.flat().map((hint) => [hint.hint_id, hint]));
    lies.get(attacker)!.push(...liesAbout(control, controls, attacker, [...hints.values()], { url, time, uuid }));
  }
  return lies;
}

/** What the changes of states say about the release of hints. */
function createJudge(world: World, explain: boolean) {
  const poisoned_active: Record<Attacker, number> = { run: 0, instance: 0, sybil: 0 };
  const figures = { rollbacks: 0, false_rollbacks: 0, forged_withdrawn: 0, poisoned_tried: 0 };
  const sites = new Map(world.sites.map(({ url }, site) => [url, site]));
  const tell = (what: string): void => {
    if (explain) console.error(`  ${what}`);
  };
  return {
    figures: () => ({ ...figures, poisoned_active }),
    judge(
      { to_state, superseded, reason, url_norm, attr_fingerprint_hash, hint_data, detail }: StateChange,
      hour: number,
    ): void {
      const site = sites.get(url_norm)!;
      const { controls } = world.page(site, hour);
      // Forms of before the change too: what was told of them may still be served.
      const all = [...controls, ...world.page(site, 0).controls, ...world.page(site, HOURS).controls];
      const about = all.find(({ signature }) => signature.attr_fingerprint_hash === attr_fingerprint_hash);
      if (!about) throw new Error(`a hint of ${url_norm} is about no control`);
      const hit = named(hint_data.selector, controls);
      const led = resolveOn(hint_data, controls);
      const attacker = attackerOf(about);
      const poison =
        hint_data.selector === victimOf(about, controls).signature.selector_norm && hit?.number !== about.number;
      const forged = hint_data.identity.name_hash !== about.name_hash;
      if (attacker && hour >= ATTACKS_FROM && (poison || forged)) {
        if (to_state === 'active' && !superseded) {
          poisoned_active[attacker] += 1;
          tell(`hour ${hour}, ${url_norm}: by ${attacker}, ${forged ? 'identity' : hint_data.selector} (${reason})`);
        }
        if (to_state === 'canary') figures.poisoned_tried += 1;
      }
      if (reason === 'forged') figures.forged_withdrawn += 1;
      if (reason !== 'worse_than_before' && reason !== 'failing') return;
      figures.rollbacks += 1;
      const right = hit?.number === about.number && led.outcome === 'found' && led.control.number === about.number;
      if (!right) return;
      figures.false_rollbacks += 1;
      tell(
        `hour ${hour}, ${url_norm}: ${hint_data.selector} was right and withdrawn (${reason}) ${JSON.stringify(detail)}`,
      );
    },
  };
}

/** A month of sites that move, get redesigned, flake and are lied about, through the code that folds, releases and answers. */
export const simulate: Bench = {
  name: 'simulate',
  measures:
    'hints over a simulated month of sites that move, are redesigned, flake and are attacked, against "last success wins" (--runs N)',
  async run({ runs = RUNS, seed = SEED, explain }) {
    const bin = findPostgres();
    if (!bin) throw new Error('simulate needs Postgres; set PG_BIN to the folder of its programs.');
    const postgres = await startOwnPostgres(bin, { fsync: 'off', synchronous_commit: 'off', shared_buffers: '512MB' });
    const started = performance.now();
    let store: Store | undefined;
    try {
      store = await openStore(postgres);
      const random = seeded(seed);
      const world = createWorld(random, parseHashKey(store.textKey));
      const begin = Date.now() - HOURS * HOUR_MS;
      const tally = createTally();
      const active = createTally();
      const naive = createNaive();
      const judge = createJudge(world, explain);
      let done = 0;
      for (let hour = 0; hour < HOURS; hour += STEP) {
        const at = begin + hour * HOUR_MS;
        const time = new Date(at).toISOString();
        await store.setClock(at);
        const count = Math.round((runs * (hour + STEP)) / HOURS) - done;
        const { tally: told, uses } = await honestRuns(store, world, random, count, hour, time);
        for (const [control, how, changed] of told) tally.add(control, hour, how, changed);
        for (const { control, hint, resolved, success } of uses) {
          const { fate, changesAt } = world.sites[control.site]!;
          const changed = fate !== 'still' && hour >= changesAt ? changesAt : undefined;
          const key = `${control.site} ${control.number}`;
          if (hint?.state !== 'canary') active.add(key, hour, toldBy(resolved, control), changed);
          naive.told(control, world.page(control.site, hour).controls, hour, changed);
          if (success) naive.worked(control);
        }
        await writeAll(store, uses.flatMap(itemsOf), HONEST_KEYS);
        if (hour >= ATTACKS_FROM && hour % ATTACK_EVERY === 0) {
          for (const [attacker, lies] of await attacks(store, world, random, hour, time))
            await writeAll(store, lies, [ATTACKER_KEYS[attacker]]);
          for (let site = 0; site < SITES; site += 1) {
            const { controls } = world.page(site, hour);
            if (attackerOf(controls[0]!))
              naive.lied(controls[0]!, victimOf(controls[0]!, controls).signature.selector_norm);
          }
        }
        await store.aggregate();
        for (const change of await store.changes()) judge.judge(change, hour);
        done += count;
        if (hour % (3 * 24) === 0) {
          const { right_share, served_share } = tally.figures();
          const seconds = Math.round((performance.now() - started) / 1000);
          console.error(`day ${hour / 24}: ${done} runs, served ${served_share}, right ${right_share}, ${seconds} s`);
        }
      }
      return {
        seed,
        runs: done,
        sites: SITES,
        controls: SITES * CONTROLS,
        attackers: ATTACKERS,
        seconds: Math.round((performance.now() - started) / 1000),
        ...tally.figures(),
        active_only: active.figures(),
        ...judge.figures(),
        last_success_wins: { ...naive.tally.figures(), poisoned: naive.poisoned() },
      };
    } finally {
      await store?.close();
      await postgres.close();
    }
  },
};
