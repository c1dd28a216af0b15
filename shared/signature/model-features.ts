import { sameHandle } from './model-handle.ts';
import { places } from './model-places.ts';
import type { Prepared } from './model-prepared.ts';
import { agreement, all, common, found } from './model-sets.ts';
import type { PageStatistics } from './model-statistics.ts';

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
  'heading',
  'marks',
  'before',
  'after',
  'between',
  'placeholder',
  'ordinal',
  'only',
  'selector',
  'position',
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
  'other_near',
  'other_heading',
  'marks_one_sided',
  'other_marks',
  'other_before',
  'other_after',
] as const;

export const FEATURES = [...FOR, ...AGAINST] as const;
export type Feature = (typeof FEATURES)[number];

/** What a page says of a candidate beside its own identity. */
export interface Standing {
  /** Its place among those of the wanted role and name, and how many they are; undefined for one of another name, or where they are too many. */
  readonly index?: number | undefined;
  readonly count?: number | undefined;
  /** Whether a recorded selector that was unique names it alone: one that says what it is, one that says where it stands. */
  readonly selector: boolean;
  readonly position: boolean;
}

/** Of a candidate that nothing is known of but its identity. */
export const NO_STANDING: Standing = { selector: false, position: false };

/** What the decision asks beside them, each 0 to 1 too. */
export const ASIDE = [
  /** How far it stands on the same line or in the same column. */
  'aligned',
  /** Whether the name is the very same, and not only of the same words. */
  'exact',
  /** Whether there are fewer of its name than there were: then it may be another of them. */
  'fewer',
  /** How far it stands between the same two controls where a path by places leads too. */
  'kept_place',
  'other_path',
  /** Whether one of the two names holds all words of the other. */
  'held',
  /** Of look-alikes, how much better what stands around agrees than around the next of them. */
  'near_lead',
] as const;

/** Agreement of a candidate by feature. */
export type Features = Readonly<Record<Feature | (typeof ASIDE)[number], number>>;

const flag = (value: boolean): number => (value ? 1 : 0);
const oneSided = (a: readonly unknown[], b: readonly unknown[]): number => flag(a.length > 0 !== b.length > 0);

/** Whether it is at the same place of as many as there were, or at least counted from one end. */
function ordinal(wanted: Prepared['identity'], { index, count }: Standing): number {
  if (index === undefined || count === undefined || wanted.index === undefined || wanted.count === undefined) return 0;
  if (count < wanted.count) return 0;
  const fromStart = index === wanted.index;
  const fromEnd = count - index === wanted.count - wanted.index;
  return fromStart && fromEnd ? 1 : fromStart || fromEnd ? 0.5 : 0;
}

/** Levels around an element that are others at about the most, where a page was built anew. */
const MANY_LEVELS = 10;

/** Of the tags around, without its own: how many are no longer there, or are new. */
const levelsApart = ([, ...a]: readonly string[], [, ...b]: readonly string[]): number =>
  Math.max(a.length, b.length) - common(a, b);

/** How far a candidate agrees with what is wanted, and how far it does not. */
export function featuresOf(
  wanted: Prepared,
  candidate: Prepared,
  page: PageStatistics,
  standing: Standing = NO_STANDING,
): Features {
  const [a, b] = [wanted.identity, candidate.identity];
  const name = agreement(wanted.name, candidate.name, page.name);
  const nameFound = found(wanted.name, candidate.name, page.name);
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
  const heading = agreement(wanted.heading, candidate.heading, page.heading);
  const marks = agreement(wanted.marks, candidate.marks, page.marks);
  const before = agreement(wanted.before, candidate.before, all);
  const after = agreement(wanted.after, candidate.after, all);
  const near = agreement(wanted.near, candidate.near, page.near);
  // A place in a list is another one's as soon as another text stands beside it.
  const kept = wanted.near.length > 0 && candidate.near.length > 0 ? near : 1;
  const between = Math.min(before, after);
  const longer = Math.max(wanted.path.length, candidate.path.length);
  const inCommon = common(wanted.path, candidate.path) / longer;
  let start = 0;
  while (start < longer && wanted.path[start] === candidate.path[start]) start += 1;
  return {
    name,
    same_name: flag(sameName),
    name_found: nameFound,
    first_word: flag(named && wanted.name[0] === candidate.name[0]),
    nameless: flag(wanted.name.length === 0 && candidate.name.length === 0),
    href,
    href_words: hrefWords,
    href_rare: href && 1 / page.leadingTo(b.href!),
    handle,
    handle_words: handleWords,
    classes,
    near,
    path_start: start / longer,
    path_common: inCommon,
    same_path: flag(start === longer),
    tag: flag(a.tag === b.tag),
    role: flag(a.role === b.role),
    landmark: flag(a.landmark === b.landmark),
    ...places(a.box, b.box),
    heading,
    marks,
    before,
    after,
    between,
    placeholder: agreement(a.placeholder_words ?? [], b.placeholder_words ?? [], all),
    ordinal: kept * ordinal(a, standing),
    only: flag(a.count === 1 && standing.count === 1),
    selector: flag(standing.selector),
    position: kept * flag(standing.position),
    held: flag(named && Math.max(nameFound, found(candidate.name, wanted.name, all)) === 1),
    near_lead: 0,
    exact: flag(a.name_hash !== undefined && a.name_hash === b.name_hash),
    fewer: flag(standing.count !== undefined && standing.count < (a.count ?? 1)),
    kept_place: kept * flag(standing.position) * between,
    other_path: Math.min(1, levelsApart(wanted.path, candidate.path) / MANY_LEVELS),
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
    other_near: wanted.near.length > 0 && candidate.near.length > 0 ? 1 - near : 0,
    other_heading: wanted.heading.length > 0 && candidate.heading.length > 0 ? 1 - heading : 0,
    marks_one_sided: oneSided(wanted.marks, candidate.marks),
    other_marks: wanted.marks.length > 0 && candidate.marks.length > 0 ? 1 - marks : 0,
    other_before: wanted.before.length > 0 ? 1 - before : 0,
    other_after: wanted.after.length > 0 ? 1 - after : 0,
    no_control: flag(wanted.control && !candidate.control),
  };
}
