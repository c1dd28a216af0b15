import {
  closest,
  documentOf,
  firstChildOf,
  localNameOf,
  matches,
  nextSiblingOf,
  nodeTypeOf,
  parentElementOf,
  queryAll,
  rootOf,
  treeWalkerOf,
} from '../dom/unclobbered.ts';
import { flat } from './name.ts';
import { memoryOf, type TextNode } from './page-memory.ts';
import type { Root } from './roots.ts';

const SKIPPED = 'script,noscript,style';

/** Children read, and characters of one of them: no text of a selector is in more. */
const MAX_CHILDREN = 1000;
const MAX_RUN_CHARS = 4000;
/** In place of a text that is longer: as durable as none. */
const LONG = '\0';

/** Runs of text directly in an element, as Playwright's `text="…"` compares them: comments join, child elements part them. */
export function immediateTexts(element: Element): string[] {
  if (matches(element, SKIPPED) || closest(element, 'head')) return [];
  if (localNameOf(element) === 'input') {
    const { type, value } = element as HTMLInputElement;
    return type === 'submit' || type === 'button' || type === 'reset' ? [value] : [];
  }
  const runs: string[] = [];
  let run = '';
  let nodes = MAX_CHILDREN;
  for (let child = firstChildOf(element); child && nodes > 0; child = nextSiblingOf(child)) {
    nodes -= 1;
    const type = nodeTypeOf(child);
    if (type === 3) run += (child as Text).length > MAX_RUN_CHARS ? LONG : (child as Text).data;
    else if (type !== 8) {
      if (run) runs.push(run);
      run = '';
    }
  }
  if (run) runs.push(run);
  return runs;
}

/** Text nodes looked at for one question. */
const MAX_TEXT_NODES = 50_000;

const BUTTONS = 'input[type=submit],input[type=button],input[type=reset]';

/** Text nodes that may hold the words of a selector. */
function textNodes(roots: readonly Root[]): TextNode[] {
  const nodes: TextNode[] = [];
  for (const root of roots) {
    const walker = treeWalkerOf(documentOf(root), root, 4);
    for (let n = 0; n < MAX_TEXT_NODES && walker.nextNode(); n += 1) {
      const node = walker.currentNode as Text;
      if (node.length > MAX_RUN_CHARS) continue;
      const { data } = node;
      if (/\S/.test(data)) nodes.push({ node, data });
    }
  }
  return nodes;
}

/** Elements that `text="…"` names; in document order, after them buttons that are called so by their value. */
export function textMatches(roots: readonly Root[], text: string): Element[] {
  const memory = memoryOf(roots);
  const word = text.split(' ').reduce((longest, next) => (next.length > longest.length ? next : longest), '');
  const found = new Set<Element>();
  /** What was taken out and then apart may still be remembered. */
  const there = (element: Element): boolean => !memory || roots.includes(rootOf(element) as Root);
  const test = (element: Element): void => {
    if (immediateTexts(element).some((own) => flat(own) === text) && there(element)) found.add(element);
  };
  const nodes = () => textNodes(roots);
  for (const { node, data } of memory ? memory.textNodes(nodes) : nodes()) {
    if (!data.includes(word)) continue;
    const parent = parentElementOf(node);
    if (parent) test(parent);
  }
  const buttons = () => roots.flatMap((root) => [...queryAll(root, BUTTONS)]);
  for (const input of memory?.listed(BUTTONS, buttons).map(({ element }) => element) ?? buttons()) test(input);
  return [...found];
}
