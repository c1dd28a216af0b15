import type { ForRun } from '../../shared/hints/for_run.ts';
import type { Hint } from '../../shared/protocol/schema.ts';

/** served and withheld were drawn; always: told without a draw, because it is pinned or nothing is held out. */
export type Arm = 'served' | 'withheld' | 'always';

/** A run was told a hint, or denied it. */
export interface Exposure {
  readonly project_id: string;
  readonly run_id: string;
  readonly hint_id: string;
  readonly arm: Arm;
  readonly exposed_at: Date;
}

/** What a lookup of a run exposed it to. */
export function exposuresOf(
  { told, withheld }: Pick<ForRun, 'told' | 'withheld'>,
  holdoutPercent: number,
  lookup: Pick<Exposure, 'project_id' | 'run_id' | 'exposed_at'>,
): Exposure[] {
  const toldArm = ({ pinned }: Hint): Arm => (pinned || holdoutPercent === 0 ? 'always' : 'served');
  return [
    ...told.map((hint) => ({ ...lookup, hint_id: hint.hint_id, arm: toldArm(hint) })),
    ...withheld.map(({ hint_id }) => ({ ...lookup, hint_id, arm: 'withheld' as const })),
  ];
}
