import type { ElementIdentity } from '../protocol/schema.ts';
import { namesOne } from './model-handle.ts';
import { nameWords, partsOf } from './model-statistics.ts';

const CONTROL_TAGS = new Set(['a', 'button', 'input', 'label', 'select', 'textarea', 'summary', 'option']);
const CONTROL_ROLES =
  /^(button|link|checkbox|radio|switch|tab|menuitem|menuitemcheckbox|menuitemradio|option|treeitem|combobox|textbox|searchbox|slider|spinbutton)$/;

/** An identity, read once for many comparisons. */
export interface Prepared {
  readonly identity: ElementIdentity;
  readonly name: readonly string[];
  readonly near: readonly string[];
  readonly heading: readonly string[];
  readonly marks: readonly string[];
  readonly before: readonly string[];
  readonly after: readonly string[];
  readonly classes: readonly string[];
  readonly href: readonly string[];
  readonly handleParts: readonly string[];
  readonly path: readonly string[];
  /** What a person does with it, where it is a field: type, tick, choose. */
  readonly field: string | undefined;
  readonly control: boolean;
}

/** Type into, tick or choose: a control of one of these kinds never becomes one of another. */
export function fieldOf({ tag, role, type }: Pick<ElementIdentity, 'tag' | 'role' | 'type'>): string | undefined {
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
    near: identity.near_words ?? [],
    heading: identity.heading_words ?? [],
    marks: identity.mark_words ?? [],
    before: identity.before_words ?? [],
    after: identity.after_words ?? [],
    classes: identity.classes ?? [],
    href: href === undefined ? [] : partsOf(href),
    handleParts: [...new Set(handles.flatMap(partsOf))],
    path: tags,
    field: fieldOf(identity),
    control: CONTROL_ROLES.test(role ?? '') || tags.some((up) => CONTROL_TAGS.has(up)),
  };
}
