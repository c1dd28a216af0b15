import type { BestSelectorData } from '../../../shared/protocol/schema.ts';
import { type HashKey, hashText } from '../../../shared/signature/hash.ts';
import { parseSelector } from '../../../shared/signature/selector.ts';
import type { Snapshot } from '../understand/snapshot.ts';
import { inFrame } from '../understand/snapshot.ts';

/** Nodes whose names are compared, at the most. */
const MAX_COMPARED = 5000;

/** What a live snapshot says of a control: that it stands there once, by what ref; not at all; more than once; or nothing. */
export type Checked =
  | { readonly seen: 'once'; readonly ref: string }
  | { readonly seen: 'never' | 'several' | 'unknown' };

/** Looks controls up in a snapshot by role and whole accessible name, which is compared by its keyed hash. */
export function createCheck(snapshot: Snapshot | undefined, key: HashKey | undefined) {
  /** Indexes of nodes by role and name's hash. */
  let named: Map<string, number[]> | undefined;
  let compared = 0;
  const index = ({ nodes }: Snapshot, by: HashKey): Map<string, number[]> => {
    const found = new Map<string, number[]>();
    for (const [at, { role, name }] of nodes.entries()) {
      if (name === '' || role === 'generic') continue;
      compared += 1;
      if (compared > MAX_COMPARED) break;
      const hash = `${role} ${hashText(by, name)}`;
      found.set(hash, [...(found.get(hash) ?? []), at]);
    }
    return found;
  };
  return ({ identity: { role, name_hash } }: Pick<BestSelectorData, 'identity'>): Checked => {
    if (!snapshot || !key || role === undefined || name_hash === undefined) return { seen: 'unknown' };
    named ??= index(snapshot, key);
    const [at, ...more] = named.get(`${role} ${name_hash}`) ?? [];
    if (more.length > 0) return { seen: 'several' };
    if (at === undefined) return { seen: snapshot.whole && compared <= MAX_COMPARED ? 'never' : 'unknown' };
    const { ref } = snapshot.nodes[at]!;
    // Of a part of the page nobody knows whether there is another.
    return ref !== undefined && snapshot.whole && !inFrame(snapshot, at) ? { seen: 'once', ref } : { seen: 'unknown' };
  };
}

export type Check = ReturnType<typeof createCheck>;

/** Whether a selector names its element by a text of the page, which the check of the name speaks for. */
export const byText = (selector: string): boolean =>
  parseSelector(selector)?.some(({ engine }) => engine === 'role' || engine === 'text' || engine === 'label') ?? true;
