import type { Estimate, UpliftAnswer, UpliftGroup, UpliftQuery } from '../../shared/protocol/uplift.ts';
import type { Db } from '../db/db.ts';
import { differenceOf, medianBounds, shareOf } from './estimate.ts';
import type { Arm } from './exposure.ts';
import { type ArmCounts, type Place, readArms, readTimes } from './read_arms.ts';

/** What hints bring, against runs that they were withheld from. */
export function uplift(db: Db, projectId: string, query: UpliftQuery): Promise<UpliftAnswer> {
  return db.tx({ projectId }, async (tx) => {
    const arms = await readArms(tx, projectId, query);
    const times = await readTimes(tx, projectId, query, arms.flatMap(placesOf));
    const msAt = new Map(times.map(({ ms, ...place }) => [keyOf(place), ms]));
    const groups = new Map<string, ArmCounts[]>();
    for (const arm of arms) groups.set(arm.group, [...(groups.get(arm.group) ?? []), arm]);
    return {
      by: query.by,
      since: query.since ?? null,
      groups: [...groups.values()].map((of) => groupOf(of, query.by === 'version', msAt)),
    };
  });
}

type MsAt = ReadonlyMap<string, number>;

const keyOf = ({ group, arm, place }: Place): string => `${arm} ${place} ${group}`;

/** Where the median of an arm's times and its bounds stand. */
function placesOf({ group, arm, timed }: ArmCounts): Place[] {
  const bounds = medianBounds(timed);
  if (!bounds || arm === 'always') return [];
  const places = [Math.floor((timed + 1) / 2), Math.ceil((timed + 1) / 2), bounds.lower, bounds.upper];
  return places.map((place) => ({ group, arm, place }));
}

function medianOf(counts: ArmCounts, msAt: MsAt): Estimate {
  const [below, above, lower, upper] = placesOf(counts).map((place) => msAt.get(keyOf(place)));
  if (below === undefined || above === undefined || lower === undefined || upper === undefined) return null;
  return { value: (below + above) / 2, lower, upper };
}

const NOTHING = { exposures: 0, called: 0, success: null, median_ms: null } as const;

function groupOf(arms: readonly ArmCounts[], ofHint: boolean, msAt: MsAt): UpliftGroup {
  const armOf = (wanted: Arm): UpliftGroup['served'] => {
    const counts = arms.find(({ arm }) => arm === wanted);
    if (!counts) return NOTHING;
    const { exposures, called, succeeded } = counts;
    return { exposures, called, success: shareOf(succeeded, called), median_ms: medianOf(counts, msAt) };
  };
  const told = arms.filter(({ arm }) => arm !== 'withheld');
  const sum = (of: (counts: ArmCounts) => number): number => told.reduce((total, counts) => total + of(counts), 0);
  const served = armOf('served');
  const withheld = armOf('withheld');
  const used = sum((counts) => counts.used);
  const wrong = sum((counts) => counts.wrong);
  return {
    group: arms[0]?.group ?? '',
    hint: ofHint ? (arms[0]?.hint ?? null) : null,
    served,
    withheld,
    success_difference: differenceOf(served.success, withheld.success),
    time_saved_ms: differenceOf(withheld.median_ms, served.median_ms),
    wrong: shareOf(wrong, used),
    follow_through: {
      told: sum((counts) => counts.exposures),
      verified: sum((counts) => counts.verified),
      refused: sum((counts) => counts.refused),
      used,
      wrong,
    },
  };
}
