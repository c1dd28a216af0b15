import type { ElementIdentity } from '../protocol/schema.ts';
import { nameWords, nearWords, type PageStatistics, partsOf, type Telling } from './model-statistics.ts';

/** What speaks for two identities being one control, each 0 to 1. */
export const FOR = [
  'name',
  'same_name',
  'name_found',
  'first_word',
  'nameless',
  'href',
  'href_words',
  'href_rare',
  'handle',
  'handle_words',
  'classes',
  'near',
  'path_start',
  'path_common',
  'same_path',
  'tag',
  'role',
  'landmark',
  'x',
  'x_wide',
  'y',
  'y_wide',
  'width',
  'height',
  'area',
  'both_on_top',
] as const;
/** What speaks against it, each 0 to 1. */
export const AGAINST = [
  'name_one_sided',
  'other_name',
  'href_one_sided',
  'other_href',
  'handle_one_sided',
  'other_handle',
  'classes_one_sided',
  'other_classes',
  'near_one_sided',
  'one_on_top',
  'far',
  'other_field',
  'no_control',
] as const;

export const FEATURES = [...FOR, ...AGAINST] as const;
export type Feature = (typeof FEATURES)[number];

/** Agreement by feature, and what the decision asks beside it. */
export interface Features extends Readonly<Record<Feature, number>> {
  /** How far it stands on the same line or in the same column. */
  readonly aligned: number;
}

const CONTROL_TAGS = new Set(['a', 'button', 'input', 'label', 'select', 'textarea', 'summary', 'option']);
const CONTROL_ROLES =
  /^(button|link|checkbox|radio|switch|tab|menuitem|menuitemcheckbox|menuitemradio|option|treeitem|combobox|textbox|searchbox|slider|spinbutton)$/;
/** Pixels below the document's top in which pages have what stands on each of them. */
const TOP = 200;
/** Where a page was not laid out, places speak neither for nor against. */
const NOT_LAID_OUT = 0.5;

/** Whether the attribute `name` is one control's: links have it for anchors and for counting, choices share it. */
const namesOne = ({ tag, type }: ElementIdentity): boolean => tag !== 'a' && type !== 'radio' && type !== 'checkbox';

/** An identity, read once for many comparisons. */
export interface Prepared {
  readonly identity: ElementIdentity;
  readonly name: readonly string[];
  readonly near: readonly string[];
  readonly classes: readonly string[];
  readonly href: readonly string[];
  readonly handleParts: readonly string[];
  readonly path: readonly string[];
  /** What a person does with it, where it is a field: type, tick, choose. */
  readonly field: string | undefined;
  readonly control: boolean;
}

/** Type into, tick or choose: a control of one of these kinds never becomes one of another. */
export function fieldOf({ tag, role, type }: ElementIdentity): string | undefined {
  if (role === 'button' || role === 'link') return undefined;
  if (tag === 'select' || role === 'listbox' || (role === 'combobox' && tag !== 'input')) return 'choose';
  if (/^(checkbox|radio|switch|slider)$/.test(role ?? '')) return role;
  if (tag === 'input') return /^(file|color|range)$/.test(type ?? '') ? type : 'type';
  return tag === 'textarea' || /^(textbox|searchbox|spinbutton|combobox)$/.test(role ?? '') ? 'type' : undefined;
}

export function prepare(identity: ElementIdentity): Prepared {
  const { id, name_attr, test_id, href, path, tag, role } = identity;
  const tags = path?.split('<') ?? [tag];
  const named = namesOne(identity) ? name_attr : undefined;
  const handles = [test_id?.value, id, named].filter((handle) => handle !== undefined);
  return {
    identity,
    name: nameWords(identity),
    near: nearWords(identity),
    classes: identity.classes ?? [],
    href: href === undefined ? [] : partsOf(href),
    handleParts: [...new Set(handles.flatMap(partsOf))],
    path: tags,
    field: fieldOf(identity),
    control: CONTROL_ROLES.test(role ?? '') || tags.some((up) => CONTROL_TAGS.has(up)),
  };
}

const all: Telling = () => 1;

/** Sørensen–Dice coefficient, weighted by how telling each word is. */
function agreement(a: readonly string[], b: readonly string[], telling: Telling): number {
  const other = new Set(b);
  let common = 0;
  let total = 0;
  for (const word of a) {
    const weight = telling(word);
    total += weight;
    if (other.has(word)) common += 2 * weight;
  }
  for (const word of other) total += telling(word);
  return total === 0 ? 0 : common / total;
}

/** Share of the wanted words that are there, weighted alike. */
function found(wanted: readonly string[], there: readonly string[], telling: Telling): number {
  const other = new Set(there);
  let common = 0;
  let total = 0;
  for (const word of wanted) {
    const weight = telling(word);
    total += weight;
    if (other.has(word)) common += weight;
  }
  return total === 0 ? 0 : common / total;
}

/** Length of the longest common subsequence. */
function common(a: readonly string[], b: readonly string[]): number {
  let last = new Array<number>(b.length + 1).fill(0);
  for (const one of a) {
    const next = [0];
    for (let at = 0; at < b.length; at += 1)
      next.push(one === b[at] ? last[at]! + 1 : Math.max(last[at + 1]!, next[at]!));
    last = next;
  }
  return last[b.length]!;
}

const flag = (value: boolean): number => (value ? 1 : 0);
const nearTo = (distance: number, scale: number): number => Math.exp(-Math.abs(distance) / scale);

function places(a: ElementIdentity['box'], b: ElementIdentity['box']) {
  if (!a || !b) {
    const [x, x_wide, y, y_wide, width, height, area, both_on_top, aligned] = new Array<number>(9).fill(NOT_LAID_OUT);
    return { x, x_wide, y, y_wide, width, height, area, both_on_top, aligned, one_on_top: 0, far: 0 } as Place;
  }
  const [dx, dy] = [b[0] - a[0], b[1] - a[1]];
  const ratio = (one: number, other: number, small: number): number =>
    nearTo(Math.log((one + small) / (other + small)), 1);
  return {
    x: nearTo(dx, 100),
    x_wide: nearTo(dx, 400),
    y: nearTo(dy, 100),
    y_wide: nearTo(dy, 600),
    width: ratio(a[2], b[2], 5),
    height: ratio(a[3], b[3], 5),
    area: ratio(a[2] * a[3], b[2] * b[3], 20),
    aligned: Math.max(nearTo(dx, 60), nearTo(dy, 60)),
    both_on_top: flag(a[1] < TOP && b[1] < TOP),
    one_on_top: flag(a[1] < TOP !== b[1] < TOP && Math.abs(dy) > 300),
    far: Math.min(1, Math.max(0, (Math.abs(dy) - 300) / 1500)),
  };
}
type Place = Record<
  'x' | 'x_wide' | 'y' | 'y_wide' | 'width' | 'height' | 'area' | 'aligned' | 'both_on_top' | 'one_on_top' | 'far',
  number
>;

const oneSided = (a: readonly unknown[], b: readonly unknown[]): number => flag(a.length > 0 !== b.length > 0);

/** How far a candidate agrees with what is wanted, and how far it does not. */
export function featuresOf(wanted: Prepared, candidate: Prepared, page: PageStatistics): Features {
  const [a, b] = [wanted.identity, candidate.identity];
  const name = agreement(wanted.name, candidate.name, page.name);
  const named = wanted.name.length > 0 && candidate.name.length > 0;
  const sameName =
    named && wanted.name.length === candidate.name.length && found(wanted.name, candidate.name, all) === 1;
  const linked = a.href !== undefined && b.href !== undefined;
  const href = flag(linked && a.href === b.href);
  const hrefWords = linked ? agreement(wanted.href, candidate.href, page.href) : 0;
  const handled = wanted.handleParts.length > 0 && candidate.handleParts.length > 0;
  const handle = sameHandle(a, b);
  const handleWords = agreement(wanted.handleParts, candidate.handleParts, all);
  const classed = wanted.classes.length > 0 && candidate.classes.length > 0;
  const classes = agreement(wanted.classes, candidate.classes, page.classes);
  const longer = Math.max(wanted.path.length, candidate.path.length);
  let start = 0;
  while (start < longer && wanted.path[start] === candidate.path[start]) start += 1;
  return {
    name,
    same_name: flag(sameName),
    name_found: found(wanted.name, candidate.name, page.name),
    first_word: flag(named && wanted.name[0] === candidate.name[0]),
    nameless: flag(wanted.name.length === 0 && candidate.name.length === 0),
    href,
    href_words: hrefWords,
    href_rare: href && 1 / page.leadingTo(b.href!),
    handle,
    handle_words: handleWords,
    classes,
    near: agreement(wanted.near, candidate.near, page.near),
    path_start: start / longer,
    path_common: common(wanted.path, candidate.path) / longer,
    same_path: flag(start === longer),
    tag: flag(a.tag === b.tag),
    role: flag(a.role === b.role),
    landmark: flag(a.landmark === b.landmark),
    ...places(a.box, b.box),
    name_one_sided: oneSided(wanted.name, candidate.name),
    other_name: flag(named && name === 0),
    href_one_sided: flag((a.href === undefined) !== (b.href === undefined)),
    other_href: linked && !href ? 1 - hrefWords : 0,
    handle_one_sided: oneSided(wanted.handleParts, candidate.handleParts),
    other_handle: handled && !handle ? 1 - handleWords : 0,
    classes_one_sided: oneSided(wanted.classes, candidate.classes),
    other_classes: classed ? 1 - classes : 0,
    near_one_sided: oneSided(wanted.near, candidate.near),
    other_field: flag(wanted.field !== candidate.field),
    no_control: flag(wanted.control && !candidate.control),
  };
}

/** A handle that only counts up is another one's as soon as one before it came or went. */
const NUMBERED = 0.5;

const sameValue = (a: string | undefined, b: string | undefined): number =>
  a === undefined || a !== b ? 0 : /\d$/.test(a) ? NUMBERED : 1;

/** How far a developer gave both the same handle of their own, 0 to 1. */
export function sameHandle(a: ElementIdentity, b: ElementIdentity): number {
  return Math.max(
    sameValue(a.test_id?.value, b.test_id?.value),
    sameValue(a.id, b.id),
    namesOne(a) && namesOne(b) ? sameValue(a.name_attr, b.name_attr) : 0,
  );
}
