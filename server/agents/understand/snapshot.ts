/** An accessibility tree as a server showed it. */
export interface SnapshotNode {
  /** What the server calls it by; undefined for what cannot be acted on. */
  readonly ref?: string;
  readonly role: string;
  readonly name: string;
  /** Index of its parent; -1 for a root. */
  readonly parent: number;
}

export interface Snapshot {
  /** In document order. */
  readonly nodes: readonly SnapshotNode[];
  /** Index of a node by its ref. */
  readonly refs: ReadonlyMap<string, number>;
  /** Whether it is all of the page: neither a part, nor a search in it, nor cut off. */
  readonly whole: boolean;
}

/** Longest snapshot that is read, in UTF-16 units, and most nodes of it. */
export const MAX_SNAPSHOT_CHARS = 4 * 1024 * 1024;
export const MAX_SNAPSHOT_NODES = 20_000;

/** Takes nodes by their depth, in document order. */
export function snapshotBuilder() {
  const nodes: SnapshotNode[] = [];
  const refs = new Map<string, number>();
  const doubtful = new Set<string>();
  /** Nodes that are open, by depth, outermost first. */
  let open: { readonly depth: number; readonly index: number }[] = [];
  let complete = true;
  return {
    /** Whether what comes now is left out. */
    get full(): boolean {
      return nodes.length >= MAX_SNAPSHOT_NODES;
    },
    add(depth: number, node: Omit<SnapshotNode, 'parent'>): void {
      if (nodes.length >= MAX_SNAPSHOT_NODES) {
        complete = false;
        return;
      }
      open = open.filter((above) => above.depth < depth);
      const index = nodes.push({ ...node, parent: open.at(-1)?.index ?? -1 }) - 1;
      open.push({ depth, index });
      if (node.ref === undefined) return;
      if (refs.has(node.ref)) doubtful.add(node.ref);
      refs.set(node.ref, index);
    },
    /** A ref that stands twice names nothing: one of the two was written by the page. */
    build(whole: boolean): Snapshot {
      for (const ref of doubtful) refs.delete(ref);
      return { nodes, refs, whole: whole && complete };
    },
  };
}

/** Whether a node stands in a frame: selectors of the page do not reach it, and its address is another. */
export const inFrame = ({ nodes }: Snapshot, index: number): boolean => {
  for (let at = nodes[index]?.parent ?? -1; at >= 0; at = nodes[at]!.parent)
    if (nodes[at]!.role.toLowerCase() === 'iframe') return true;
  return false;
};

/** Indexes of the nodes of a role and name, in document order. */
export const namedAs = ({ nodes }: Snapshot, role: string, name: string): number[] =>
  nodes.flatMap((node, index) => (node.role === role && node.name === name ? [index] : []));
