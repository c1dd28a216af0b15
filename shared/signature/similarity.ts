import type { ElementIdentity } from '../protocol/schema.ts';
import { dice } from './dice.ts';
import type { Surroundings } from './seal-element.ts';
import { ONE_SIDED, WEIGHTS } from './weights.ts';

type Feature = keyof typeof WEIGHTS;

/** Share of the longer path that two tag paths have in common, counted from the element outwards. */
function pathAgreement(a: string, b: string): number {
  const x = a.split('<');
  const y = b.split('<');
  let common = 0;
  while (common < x.length && x[common] === y[common]) common += 1;
  return common / Math.max(x.length, y.length);
}

const same = (a: string, b: string): number => (a === b ? 1 : 0);

interface Comparison<T> {
  readonly get: (identity: ElementIdentity) => T | undefined;
  readonly compare: (a: T, b: T) => number;
}
const exact = (get: (identity: ElementIdentity) => string | undefined): Comparison<string> => ({ get, compare: same });
const words = (get: (identity: ElementIdentity) => readonly string[] | undefined): Comparison<readonly string[]> => ({
  get,
  compare: dice,
});

const TEXTS: Partial<Record<Feature, Comparison<readonly string[]>>> = {
  name: words((i) => i.name_words ?? (i.name_hash ? [i.name_hash] : undefined)),
  text: words((i) => i.text_words),
  label: words((i) => i.label_words),
  placeholder: words((i) => i.placeholder_words),
  heading: words((i) => i.heading_words),
  near: words((i) => i.near_words),
  classes: words((i) => i.classes),
};
const VALUES: Partial<Record<Feature, Comparison<string>>> = {
  test_id: exact((i) => i.test_id?.value),
  id: exact((i) => i.id),
  name_attr: exact((i) => i.name_attr),
  href: exact((i) => i.href),
  role: exact((i) => i.role),
  tag: exact((i) => i.tag),
  type: exact((i) => i.type),
  landmark: exact((i) => i.landmark),
  path: { get: (i) => i.path, compare: pathAgreement },
};

/** Weight and agreement of one feature; undefined where neither identity has it. */
function weigh<T>(feature: Feature, { get, compare }: Comparison<T>, a: ElementIdentity, b: ElementIdentity) {
  const x = get(a);
  const y = get(b);
  if (x === undefined && y === undefined) return undefined;
  if (x === undefined || y === undefined) return { weight: WEIGHTS[feature] * ONE_SIDED, agreement: 0 };
  return { weight: WEIGHTS[feature], agreement: compare(x, y) };
}

/** How alike two identities are, 0 to 1: weighted mean over the features that at least one of them has. */
export function similarity(a: ElementIdentity, b: ElementIdentity): number {
  let total = 0;
  let agreed = 0;
  const add = (weighed: ReturnType<typeof weigh>): void => {
    total += weighed?.weight ?? 0;
    agreed += weighed ? weighed.weight * weighed.agreement : 0;
  };
  for (const [feature, comparison] of Object.entries(TEXTS)) add(weigh(feature as Feature, comparison, a, b));
  for (const [feature, comparison] of Object.entries(VALUES)) add(weigh(feature as Feature, comparison, a, b));
  return total === 0 ? 0 : agreed / total;
}

/** How far two accessible names agree, 0 to 1; 1 when neither has one. */
export function nameAgreement(a: ElementIdentity, b: ElementIdentity): number {
  if (a.name_hash === b.name_hash) return 1;
  return a.name_words && b.name_words ? dice(a.name_words, b.name_words) : 0;
}

/** How far what stands around two elements agrees, 0 to 1, by what agrees least; undefined where the first has nothing recorded. */
export function placeAgreement(a: Surroundings, b: Surroundings): number | undefined {
  if (!a.near_words && !a.heading_words) return undefined;
  if (a.landmark !== b.landmark) return 0;
  return Math.min(dice(a.near_words ?? [], b.near_words ?? []), dice(a.heading_words ?? [], b.heading_words ?? []));
}
