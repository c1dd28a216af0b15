import { MAX_SNAPSHOT_CHARS, type Snapshot, snapshotBuilder } from '../snapshot.ts';

const LINE = /^( *)uid=((\d+)_(\d+)) (.*)$/;
/** The shortest name that leaves attributes of the server's form behind it. */
const NODE =
  /^([A-Za-z]+)(?: "(.*?)")?((?: [a-zA-Z]+(?:="[^"]*")?)*)(?: \[selected in the DevTools Elements panel\])?$/;
/** Drawn pieces of a text; many have the uid of another. */
const PIECE = 'InlineTextBox';

export interface KnownUids {
  /** Roles of what earlier snapshots showed, by uid. */
  readonly roles: Map<string, string>;
}

/**
 * Reads the tree that chrome-devtools-mcp shows: a node a line, `uid=1_18 button "Save"`. Names and texts stand there as the page wrote them,
 * with line breaks, so a page can write lines of this form. It cannot know uids that fit: those of new nodes count up in document order,
 * and others were shown before with the same role. Where that does not hold nothing of the tree is believed.
 */
export function readSnapshot(lines: readonly string[], { roles }: KnownUids): Snapshot | undefined {
  const tree = snapshotBuilder();
  const told: { uid: string; batch: number; count: number; role: string }[] = [];
  let chars = 0;
  for (const line of lines) {
    chars += line.length;
    if (chars > MAX_SNAPSHOT_CHARS || tree.full) return undefined;
    const [, indent = '', uid, batch, count, rest = ''] = LINE.exec(line) ?? [];
    if (uid === undefined || rest.startsWith(PIECE)) continue;
    const [, role = '', name = ''] = NODE.exec(rest) ?? [];
    told.push({ uid, batch: Number(batch), count: Number(count), role });
    if (role) tree.add(indent.length / 2, { ref: uid, role, name });
  }
  const newest = told.reduce((most, { batch }) => Math.max(most, batch), -1);
  // All of it may be known: then nothing is new.
  const fresh = told.some(({ uid, batch }) => batch === newest && !roles.has(uid));
  let last = -1;
  for (const { uid, batch, count, role } of told) {
    if (fresh && batch === newest) {
      if (count <= last) return undefined;
      last = count;
    } else if (roles.get(uid) !== role) return undefined;
  }
  for (const { uid, role } of told) roles.set(uid, role);
  return tree.build(true);
}
