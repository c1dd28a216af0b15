import type { Hint, IngestItem, VerifyOutcome } from '../../../shared/protocol/schema.ts';

/** `wrong`: somebody saw later that it was another control. */
export const OUTCOMES = ['found', 'not_found', 'ambiguous', 'identity_mismatch', 'wrong'] as const satisfies readonly (
  | VerifyOutcome
  | 'wrong'
)[];
export type Outcome = (typeof OUTCOMES)[number];

export interface OutcomeDeps {
  readonly runId: string;
  readonly sessionId: string;
  /** Puts an item where it is delivered from; must neither throw nor wait. */
  readonly tell: (item: IngestItem) => void;
  readonly uuid: () => string;
  /** ms since 1970 */
  readonly now: () => number;
}

/** Tells the server what became of a hint: event `hint.outcome`. `selector` is the recorded one that led there, if one did. */
export const createOutcomes =
  ({ runId, sessionId, tell, uuid, now }: OutcomeDeps) =>
  (
    { hint_id, version, domain }: Pick<Hint, 'hint_id' | 'version' | 'domain'>,
    outcome: Outcome,
    { selector, acted }: { readonly selector?: string | undefined; readonly acted: boolean },
  ): void =>
    tell({
      kind: 'event',
      name: 'hint.outcome',
      event_uuid: uuid(),
      occurred_at: new Date(now()).toISOString(),
      context: { run_id: runId, session_id: sessionId },
      data: {
        hint_id,
        version,
        // On another page than the hint's: it says nothing about that.
        ...(domain ? { scope: 'domain' } : {}),
        outcome,
        acted,
        ...(outcome === 'found' ? { selector: selector ?? '' } : {}),
      },
    });

export type Report = ReturnType<typeof createOutcomes>;
