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

const flag = (value: boolean): number => (value ? 1 : 0);
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
