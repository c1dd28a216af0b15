import type { SelectorKind } from '../../shared/protocol/schema.ts';
import { count } from './count.ts';
import { percentile, rounded } from './percentile.ts';

export const PEERS = ['finder', 'css-selector-generator', 'playwright', 'xpath'] as const;
export type Peer = (typeof PEERS)[number];

/** What came of one pair. */
export interface PairResult {
  /** Whether the control is labelled as gone. */
  readonly gone: boolean;
  /** Whether the best of all elements on the new page, taken or not, is the labelled control. */
  readonly first_right: boolean;
  readonly outcome: string;
  /** Only of a found one: whether it is the labelled control. */
  readonly right: boolean;
  /** How it was found, and what was found. */
  readonly found: string;
  /** The same page without the labelled control: whether anything was accepted. */
  readonly removed_accepted: boolean;
  readonly removed_found: string;
  readonly ours: string;
  readonly durable: boolean;
  /** All of our selectors that were unique when they were recorded, best first. */
  readonly kinds: readonly { readonly kind: SelectorKind; readonly held: boolean }[];
  readonly durable_by: Readonly<Record<Peer, boolean>>;
  readonly sign_ms: number;
  readonly resolve_ms: number;
}

/** Of each kind of selector, how many still name the right element, and of how many; what `KIND_PRIOR` is judged by. */
function byKind(results: readonly PairResult[]): Partial<Record<SelectorKind, [held: number, of: number]>> {
  const kinds: Partial<Record<SelectorKind, [number, number]>> = {};
  for (const { kind, held } of results.flatMap((result) => result.kinds)) {
    const [before, of] = kinds[kind] ?? [0, 0];
    kinds[kind] = [before + Number(held), of + 1];
  }
  return kinds;
}

/** The figures of the bench over any number of pairs. */
export function summarise(results: readonly PairResult[]) {
  const pairs = results.filter(({ gone }) => !gone);
  const gone = results.filter((result) => result.gone);
  const found = ({ outcome }: PairResult): boolean => outcome === 'found';
  return {
    pairs: pairs.length,
    same: count(pairs, ({ first_right }) => first_right),
    accepted: count(pairs, found),
    accepted_right: count(pairs, ({ right }) => right),
    gone: gone.length,
    gone_accepted: count(gone, found),
    removed: pairs.length,
    removed_accepted: count(pairs, ({ removed_accepted }) => removed_accepted),
    durable: count(pairs, ({ durable }) => durable),
    durable_by: Object.fromEntries(
      PEERS.map((peer) => [peer, count(pairs, ({ durable_by }) => durable_by[peer])]),
    ) as Record<Peer, number>,
    durable_by_kind: byKind(pairs),
    ms_sign_p95: rounded(
      percentile(
        results.map(({ sign_ms }) => sign_ms),
        0.95,
      ),
    ),
    ms_resolve_p95: rounded(
      percentile(
        results.map(({ resolve_ms }) => resolve_ms),
        0.95,
      ),
    ),
  };
}

export type Figures = ReturnType<typeof summarise>;
