import type { Form } from './keys.ts';

/** Two forms of one control of a page. */
export interface Join {
  readonly id: string;
  readonly page_key: string;
  readonly from_selector: string;
  readonly from_fingerprint: string;
  readonly to_selector: string;
  readonly to_fingerprint: string;
}

export interface FormsOfPages {
  /** The form that stands for the control: the one that was joined first. It stays when further forms are joined. */
  first(pageKey: string, form: Form): Form;
  /** All forms of the control, this one among them. */
  all(pageKey: string, form: Form): readonly Form[];
}

const keyOf = (pageKey: string, { selector_norm, attr_fingerprint_hash }: Form): string =>
  JSON.stringify([pageKey, selector_norm, attr_fingerprint_hash]);

interface Group {
  /** Id of its first join. */
  readonly since: number;
  readonly forms: Form[];
}

/** Which forms are one control. */
export function formsOfPages(joins: readonly Join[]): FormsOfPages {
  const groups = new Map<string, Group>();
  for (const join of joins.toSorted((a, b) => Number(a.id) - Number(b.id))) {
    const sides = [
      { selector_norm: join.from_selector, attr_fingerprint_hash: join.from_fingerprint },
      { selector_norm: join.to_selector, attr_fingerprint_hash: join.to_fingerprint },
    ];
    const [first, second] = sides
      .map(
        (form): Group => groups.get(keyOf(join.page_key, form)) ?? { since: Number.POSITIVE_INFINITY, forms: [form] },
      )
      .toSorted((a, b) => (a.since === b.since ? 0 : a.since - b.since));
    if (!first || !second || first === second) continue;
    const joined = { since: Math.min(first.since, Number(join.id)), forms: [...first.forms, ...second.forms] };
    for (const form of joined.forms) groups.set(keyOf(join.page_key, form), joined);
  }
  const all = (pageKey: string, form: Form): readonly Form[] => groups.get(keyOf(pageKey, form))?.forms ?? [form];
  return { all, first: (pageKey, form) => all(pageKey, form)[0] ?? form };
}
