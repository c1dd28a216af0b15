import {
  attributeOf,
  checkVisibility,
  hasAttribute,
  matches,
  nodeTypeOf,
  parentNodeOf,
  queryAll,
  queryFirst,
} from '../../../shared/dom/unclobbered.ts';

/** Changes that are looked at one by one, of those that come at once; after more, what became usable is not known. */
const MAX_RECORDS = 1000;
/** Elements added at once that are searched for a dialog, and dialogs known from the start. */
const MAX_SEARCHED = 50;
/** By these a page hides or bars a control; class and style by words that say so. */
const BARS = ['disabled', 'inert', 'aria-disabled'];
const HIDES = ['hidden', 'aria-hidden'];
const SAYS_HIDDEN = /(?:^|[\s:_-])(?:hidden|hide|none|invisible|disabled|loading|collapsed?)/i;

const DIALOG = '[role=dialog],[role=alertdialog],dialog[open]';
const FIELDS = 'input:not([type=hidden],[type=submit],[type=button]),textarea,select,[contenteditable]';

export type DialogKind = 'confirm' | 'form';

export interface Usable {
  /** ms since 1970; where it was there when watching began, that moment: it was so at the latest then. */
  readonly visible: number;
  readonly enabled: number;
}

export interface Changes {
  /** Since when a control can be used, as far as changes of the page tell; undefined where they do not. */
  usable(control: Element, since: number): Usable | undefined;
  /** Told are only those that became visible since watching began. */
  dialogAround(element: Element): Element | undefined;
  /** Takes in what changed until now. */
  catchUp(): void;
  stop(): void;
}

export interface ChangesDeps {
  readonly document: Document;
  readonly now: () => number;
  readonly onChange: () => void;
  readonly onDialog: (dialog: Element, kind: DialogKind) => void;
}

const holds = (list: readonly string[], name: string | null): boolean => list.includes(name ?? '');

/** Whether an attribute that bars or hides is one that was in force, and is no longer. */
function lifted({ target, attributeName, oldValue }: MutationRecord): boolean {
  const now = attributeOf(target as Element, attributeName ?? '');
  const inForce = (value: string | null): boolean =>
    value !== null &&
    (attributeName === 'class' || attributeName === 'style'
      ? SAYS_HIDDEN.test(value)
      : !attributeName?.startsWith('aria-') || value === 'true');
  return inForce(oldValue) && !inForce(now);
}

/** Watches a document for controls that become usable and dialogs that open. What happens in shadow roots is not seen. */
export function watchChanges({ document, now, onChange, onDialog }: ChangesDeps): Changes {
  const began = now();
  let lost = Number.NEGATIVE_INFINITY;
  const shown = new WeakMap<Node, number>();
  const freed = new WeakMap<Node, number>();
  /** Whose class changed in a way that may have shown what is inside. */
  const restyled = new WeakMap<Node, number>();
  const open = new WeakSet<Element>();

  const isVisible = (element: Element): boolean => checkVisibility(element, { visibilityProperty: true });
  for (const dialog of [...queryAll(document, DIALOG)].slice(0, MAX_SEARCHED)) if (isVisible(dialog)) open.add(dialog);

  function meet(dialog: Element | null): void {
    if (!dialog) return;
    if (!isVisible(dialog)) open.delete(dialog);
    else if (!open.has(dialog)) {
      open.add(dialog);
      const asks = attributeOf(dialog, 'role') === 'alertdialog' || !queryFirst(dialog, FIELDS);
      onDialog(dialog, asks ? 'confirm' : 'form');
    }
  }

  function take(records: readonly MutationRecord[]): void {
    if (records.length === 0) return;
    onChange();
    const at = now();
    if (records.length > MAX_RECORDS) lost = at;
    const few = records.slice(0, MAX_RECORDS);
    const moved = new Set(few.flatMap(({ removedNodes }) => [...removedNodes]));
    let searched = 0;
    for (const record of few) {
      const target = record.target as Element;
      for (const node of record.addedNodes) {
        if (nodeTypeOf(node) !== 1) continue;
        if (!moved.has(node)) shown.set(node, at);
        searched += 1;
        const added = node as Element;
        if (searched <= MAX_SEARCHED) meet(matches(added, DIALOG) ? added : queryFirst(added, DIALOG));
      }
      if (record.type !== 'attributes') continue;
      if (lifted(record)) (holds(BARS, record.attributeName) ? freed : shown).set(target, at);
      else if (record.attributeName === 'class') restyled.set(target, at);
      if (matches(target, DIALOG)) meet(target);
    }
  }

  const observer = new MutationObserver(take);
  observer.observe(document, {
    childList: true,
    subtree: true,
    attributeOldValue: true,
    attributeFilter: [...BARS, ...HIDES, 'class', 'style', 'open'],
  });

  return {
    usable(control, since) {
      let visible = Math.max(since, began);
      let enabled = visible;
      if (lost > since || hasAttribute(control, 'disabled')) return undefined;
      for (let node: Node | null = control; node; node = parentNodeOf(node)) {
        if (node !== control && (restyled.get(node) ?? 0) > since) return undefined;
        visible = Math.max(visible, shown.get(node) ?? 0);
        enabled = Math.max(enabled, freed.get(node) ?? 0);
        if (node === document) return { visible, enabled: Math.max(visible, enabled) };
      }
      return undefined;
    },
    dialogAround(element) {
      for (let node: Node | null = element; node; node = parentNodeOf(node))
        if (open.has(node as Element)) return node as Element;
      return undefined;
    },
    catchUp: () => take(observer.takeRecords()),
    stop: () => observer.disconnect(),
  };
}
