import { MAX_SNAPSHOT_CHARS, type Snapshot, snapshotBuilder } from '../snapshot.ts';

const LINE = /^( *)- (.*)$/s;
const KEY = /^([a-z]+)(?: ("(?:[^"\\]|\\.)*"))?((?: \[[^\]]*\])*)(:.*)?$/s;
const REF = / \[ref=([\w-]{1,40})\]/;

/** A YAML key, out of its quotes where it has any. */
function unquoted(entry: string): string | undefined {
  if (entry.startsWith("'")) {
    const quoted = /^'((?:[^']|'')*)'(?::.*)?$/s.exec(entry)?.[1];
    return quoted?.replaceAll("''", "'");
  }
  if (!entry.startsWith('"')) return entry;
  const quoted = /^("(?:[^"\\]|\\.)*")(?::.*)?$/s.exec(entry)?.[1];
  return quoted === undefined ? undefined : textOf(quoted);
}

function textOf(json: string): string | undefined {
  try {
    const text: unknown = JSON.parse(json);
    return typeof text === 'string' ? text : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Reads the tree that @playwright/mcp shows: a node a line, `- role "name" [attribute] [ref=e5]: text`. Names stand in quotes, in which
 * the server escapes them: what a page writes there is never a ref.
 */
export function readSnapshot(lines: readonly string[], whole = true): Snapshot {
  const tree = snapshotBuilder();
  let chars = 0;
  for (const line of lines) {
    chars += line.length;
    if (chars > MAX_SNAPSHOT_CHARS || tree.full) return tree.build(false);
    const [, indent = '', entry = ''] = LINE.exec(line) ?? [];
    const key = entry && unquoted(entry);
    const [, role, name, attributes = ''] = (key && KEY.exec(key)) || [];
    if (!role || role === 'text') continue;
    const ref = REF.exec(attributes)?.[1];
    tree.add(indent.length / 2, { ...(ref ? { ref } : {}), role, name: name ? (textOf(name) ?? '') : '' });
  }
  return tree.build(whole);
}
