import type { UpliftBy, UpliftGroup, UpliftQuery } from '../../shared/protocol/uplift.ts';
import { plainArray, textArray } from '../db/array.ts';
import type { Tx } from '../db/db.ts';
import type { Arm } from './exposure.ts';

/** The exposures of one arm of a group, counted. */
export interface ArmCounts {
  readonly group: string;
  readonly arm: Arm;
  readonly hint: NonNullable<UpliftGroup['hint']>;
  readonly exposures: number;
  readonly called: number;
  readonly succeeded: number;
  readonly verified: number;
  readonly refused: number;
  readonly used: number;
  readonly wrong: number;
  /** How many times are known. */
  readonly timed: number;
}

/** A place, from 1, in the sorted times of an arm. */
export interface Place {
  readonly group: string;
  readonly arm: Arm;
  readonly place: number;
}

/** Most groups in one answer. */
const MAX_GROUPS = 500;

const GROUP: Record<UpliftBy, string> = { kind: 'h.hint_type', domain: 'p.domain', version: 'h.id::text' };

const exposed = (by: UpliftBy): string => `
  select ${GROUP[by]} as "group", x.arm, x.success, x.called_at, x.elapsed_ms, x.verified, x.reported_wrong,
    coalesce(x.verified and (x.acted or x.called_at is not null), false) as used,
    jsonb_build_object('hint_type', h.hint_type, 'version', h.version, 'url_norm', h.url_norm) as hint
  from hint_exposures x
  join hints h on h.project_id = x.project_id and h.id = x.hint_id
  join page_signatures p on p.project_id = h.project_id and p.page_sig_id = h.page_sig_id
  where x.project_id = $1 and ($2::timestamptz is null or x.exposed_at >= $2)`;

/** Of the groups with the most exposures. `hint` is one of the group's. */
export const readArms = (tx: Tx, projectId: string, { by, since }: UpliftQuery): Promise<ArmCounts[]> =>
  tx.query<ArmCounts>(
    `with arms as materialized (
       select "group", arm, (array_agg(hint))[1] as hint, count(*)::int as exposures, count(success)::int as called,
         count(*) filter (where success)::int as succeeded, count(*) filter (where verified)::int as verified,
         count(*) filter (where not verified)::int as refused, count(*) filter (where used)::int as used,
         count(*) filter (where used and (reported_wrong or not success))::int as wrong, count(elapsed_ms)::int as timed
       from (${exposed(by)}) x group by "group", arm
     ), groups as (
       select "group", sum(exposures) as total from arms group by "group" order by total desc, "group" limit ${MAX_GROUPS}
     )
     select arms.* from arms join groups using ("group") order by groups.total desc, "group", arm`,
    [projectId, since ?? null],
  );

/** The times, in ms, that stand at these places. */
export const readTimes = (
  tx: Tx,
  projectId: string,
  { by, since }: UpliftQuery,
  places: readonly Place[],
): Promise<(Place & { readonly ms: number })[]> =>
  tx.query(
    `select "group", arm, place::int, elapsed_ms as ms
     from (
       select "group", arm, elapsed_ms, row_number() over (partition by "group", arm order by elapsed_ms) as place
       from (${exposed(by)}) x where elapsed_ms is not null
     ) sorted
     join (select distinct * from unnest($3::text[], $4::text[], $5::bigint[]) as w("group", arm, place)) wanted
       using ("group", arm, place)`,
    [
      projectId,
      since ?? null,
      textArray(places.map(({ group }) => group)),
      plainArray(places.map(({ arm }) => arm)),
      plainArray(places.map(({ place }) => place)),
    ],
  );
