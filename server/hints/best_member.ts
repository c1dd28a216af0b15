import type { ElementIdentity } from '../../shared/protocol/schema.ts';

interface Member {
  readonly elem_sig_id: string;
  readonly identity: ElementIdentity | null;
  readonly voters?: readonly number[];
  readonly keys?: readonly number[];
  readonly success_ct: number;
}

/**
 * The state of a page whose identity of a control is told: of those that most API keys and then most users met alike (in the same
 * landmark, under the same heading, within the same), the one that most of them used, so that nobody who makes up surroundings outvotes others
 * by using it often. Where who told it is not known, it is the one where it worked most. It changes only when another overtakes it.
 */
export function bestMember<M extends Member>(members: readonly M[]): M | undefined {
  const known = members.filter(({ identity }) => identity !== null);
  if (known.length < 2) return known[0];
  const alike = new Map<string, M[]>();
  for (const member of known) {
    const key = surroundings(member);
    const own = alike.get(key);
    if (own) own.push(member);
    else alike.set(key, [member]);
  }
  const ranked = [...alike.values()].flatMap((own) => {
    const ofAll = support(own);
    return own.map((member) => ({ member, ranks: [...ofAll, ...support([member]), member.success_ct] }));
  });
  const [best] = ranked.toSorted(
    (a, b) => compare(b.ranks, a.ranks) || Number(a.member.elem_sig_id) - Number(b.member.elem_sig_id),
  );
  return best?.member;
}

const surroundings = ({ identity }: Member): string =>
  JSON.stringify([identity?.landmark, identity?.heading_words, identity?.within, identity?.shadow]);

const support = (members: readonly Member[]): [keys: number, voters: number] => [
  new Set(members.flatMap(({ keys = [] }) => keys)).size,
  new Set(members.flatMap(({ voters = [] }) => voters)).size,
];

const compare = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((known, rank, at) => known || rank - b[at]!, 0);
