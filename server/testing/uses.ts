import type { ControlUses, Follows } from '../hints/control_uses.ts';
import { bucketOf } from '../hints/sketch.ts';

export const NOTHING_FOLLOWED: Follows = {
  uses: 5,
  nothing: 5,
  same_document: 0,
  load: 0,
  downloads: 0,
  dialogs: 0,
  changes: 0,
  deletes: 0,
  unseen_requests: 0,
  confirmed: 0,
};

/** A control that was used five times on five days, with changes; `enabled` are the times until it could be used, in ms. */
export function someUses({
  follows,
  enabled = [],
  ...changes
}: Partial<Omit<ControlUses, 'follows'>> & {
  follows?: Partial<Follows>;
  enabled?: readonly number[];
} = {}): ControlUses {
  const sketch = new Map<number, number>();
  for (const ms of enabled) sketch.set(bucketOf(ms), (sketch.get(bucketOf(ms)) ?? 0) + 1);
  return {
    worst: 'read_only',
    votes: 5,
    weight: 5,
    days: 5,
    requests: [],
    signals: new Map(),
    others_longest: null,
    waits: new Map(enabled.length ? [['enabled', sketch]] : []),
    textKey: '000102030405060708090a0b0c0d0e0f',
    ...changes,
    follows: { ...NOTHING_FOLLOWED, ...follows },
  };
}
