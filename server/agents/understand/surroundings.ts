import type { Snapshot, SnapshotNode } from './snapshot.ts';

const LANDMARK = /^(main|navigation|banner|contentinfo|complementary|form|search|region|dialog|alertdialog)$/;
const CONTROL =
  /^(button|link|checkbox|radio|switch|tab|menuitem|menuitemcheckbox|menuitemradio|option|treeitem|combobox|textbox|searchbox|slider|spinbutton)$/;
/** Entries of which the one says nothing about the other. */
const ENTRY = /^(listitem|row|option|treeitem|article|menuitem|tab)$/;
/** Where pages show their users' data. */
const DATA = /^(row|cell|gridcell|log|feed|article)$/;
const MAX_LEVELS = 12;
const MAX_SIBLINGS = 12;
/** Nodes looked at on either side for the next control. */
const MAX_STEPS = 60;

export interface Surroundings {
  readonly landmark?: string;
  readonly heading?: string;
  readonly before?: string;
  readonly after?: string;
}

const isAbove = (nodes: readonly SnapshotNode[], above: number, index: number): boolean => {
  for (let at = nodes[index]!.parent; at >= above; at = nodes[at]!.parent) if (at === above) return true;
  return false;
};

function ancestors(nodes: readonly SnapshotNode[], index: number): number[] {
  const all: number[] = [];
  for (let at = nodes[index]!.parent; at >= 0; at = nodes[at]!.parent) all.push(at);
  return all;
}

/** The last heading before a node, nearest level first. */
function headingAbove(nodes: readonly SnapshotNode[], index: number): string {
  let inner = index;
  for (let level = 0; level < MAX_LEVELS && inner >= 0; level += 1) {
    const { parent, role } = nodes[inner]!;
    let siblings = 0;
    let heading = '';
    for (let at = inner - 1; at > parent && siblings < MAX_SIBLINGS; at -= 1) {
      const node = nodes[at]!;
      if (!heading && node.role === 'heading') heading = node.name;
      if (node.parent !== parent) continue;
      siblings += 1;
      if (heading && !(ENTRY.test(role) && node.role === role)) return heading;
      heading = '';
    }
    inner = parent;
  }
  return '';
}

function beside(nodes: readonly SnapshotNode[], index: number, step: 1 | -1): string {
  for (let n = 1; n <= MAX_STEPS; n += 1) {
    const at = index + n * step;
    const node = nodes[at];
    if (!node) break;
    if (CONTROL.test(node.role) && !isAbove(nodes, at, index) && !isAbove(nodes, index, at))
      return node.name || node.role;
  }
  return '';
}

/** What stands around a node, as far as the tree tells. */
export function surroundingsOf({ nodes }: Snapshot, index: number): Surroundings {
  const landmark = ancestors(nodes, index)
    .map((at) => nodes[at]!.role)
    .find((role) => LANDMARK.test(role));
  const heading = headingAbove(nodes, index);
  const before = beside(nodes, index, -1);
  const after = beside(nodes, index, 1);
  return {
    ...(landmark ? { landmark } : {}),
    ...(heading ? { heading } : {}),
    ...(before ? { before } : {}),
    ...(after ? { after } : {}),
  };
}

/** Whether a node stands where pages show data rather than controls: its name is an entry, not the interface. */
export const amongData = ({ nodes }: Snapshot, index: number): boolean =>
  [index, ...ancestors(nodes, index)].some((at) => DATA.test(nodes[at]!.role));
