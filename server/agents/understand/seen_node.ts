import type { SelectorCandidate } from '../../../shared/protocol/schema.ts';
import { durableText } from '../../../shared/signature/data-like.ts';
import { quote } from '../../../shared/signature/quote.ts';
import { inFrame, namedAs, type Snapshot } from './snapshot.ts';
import { amongData, surroundingsOf } from './surroundings.ts';
import type { ElementSeen } from './types.ts';

/** Roles that say only that something is there. */
const NO_ROLE = /^(generic|none|presentation|text|ignored|)$/;
/** Longer names are texts of a page. */
const MAX_NAME_CHARS = 300;

/** Selector by role and name, as the extension writes it. */
export const roleSelector = (role: string, name: string, exact = true): string =>
  `role=${role}[name${exact ? '' : '*'}=${quote(name)}]`;

/** The element of a node; undefined in frames, whose page is another. */
export function seenNode(snapshot: Snapshot, index: number): ElementSeen | undefined {
  const node = snapshot.nodes[index];
  if (!node || inFrame(snapshot, index)) return undefined;
  const role = NO_ROLE.test(node.role) ? undefined : node.role;
  const name = node.name.slice(0, MAX_NAME_CHARS);
  const alike = role && snapshot.whole ? namedAs(snapshot, role, node.name) : [];
  const at = alike.indexOf(index);
  const candidates: SelectorCandidate[] = [];
  if (role && at >= 0 && durableText(node.name) && !amongData(snapshot, index)) {
    const selector = roleSelector(role, node.name);
    candidates.push({ kind: 'role_name', selector, matches: alike.length });
    if (alike.length > 1) candidates.push({ kind: 'positional', selector: `${selector} >> nth=${at}`, matches: 1 });
  }
  return {
    ...(role ? { role } : {}),
    ...(name ? { name } : {}),
    ...surroundingsOf(snapshot, index),
    ...(at < 0 ? {} : { index: at, count: alike.length }),
    candidates,
  };
}

/** A selector that an agent wrote names nothing before it was seen to. */
export const unproven = (seen: ElementSeen): ElementSeen =>
  seen.target === undefined ? seen : { ...seen, candidates: [] };

/** What is known of one element from two sides; `told` is the better one where both tell. */
export function merged(told: ElementSeen | undefined, also: ElementSeen | undefined): ElementSeen | undefined {
  if (!told || !also) return told ?? also;
  const candidates = new Map([...told.candidates, ...also.candidates].map((each) => [each.selector, each]));
  return { ...also, ...told, candidates: [...candidates.values()] };
}
