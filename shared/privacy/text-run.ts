import { firstChildOf, localNameOf, nextSiblingOf, nodeTypeOf, parentNodeOf } from '../dom/unclobbered.ts';

/** Elements that their text runs on through; all others begin a line of their own, as far as their names tell. */
const INLINE = new Set(
  'a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark nobr q rp rt ruby s samp slot small span strike strong sub sup time tspan tt u var wbr'.split(
    ' ',
  ),
);
/** Of one run, and looked at for where the next one begins. */
const MAX_RUN_NODES = 200;
const MAX_RUN_CHARS = 4000;
const MAX_STEPS = 500;

/** Texts that stand in one line, and the text that the next line begins with, if that is near. */
export interface TextRun {
  readonly nodes: readonly Node[];
  readonly next: Node | undefined;
}

/** Whether the texts in an element are read, left out, or end what is read. */
export type Enter = (element: Element) => 'in' | 'over' | 'end';

/** The run of texts that begins with this one. */
export function textRun(first: Node, enter: Enter): TextRun {
  const nodes = [first];
  let chars = first.nodeValue?.length ?? 0;
  let crossed = false;
  let at: Node | null = first;
  let inside = false;
  for (let step = 0; step < MAX_STEPS; step += 1) {
    let next: Node | null = inside ? firstChildOf(at) : null;
    while (!next && at) {
      next = nextSiblingOf(at);
      if (next) break;
      at = parentNodeOf(at);
      // The top of a document or shadow root has no name.
      if (!at || nodeTypeOf(at) !== 1) return { nodes, next: undefined };
      crossed ||= !INLINE.has(localNameOf(at as Element));
    }
    if (!next) break;
    at = next;
    inside = false;
    const type = nodeTypeOf(at);
    if (type === 1) {
      const how = enter(at as Element);
      if (how === 'end') break;
      inside = how === 'in';
      crossed ||= inside && !INLINE.has(localNameOf(at as Element));
    } else if (type === 3) {
      const text = at.nodeValue ?? '';
      if (!crossed) {
        chars += text.length;
        if (nodes.length >= MAX_RUN_NODES || chars > MAX_RUN_CHARS) break;
        nodes.push(at);
      } else if (text.trim()) return { nodes, next: at };
    }
  }
  return { nodes, next: undefined };
}
