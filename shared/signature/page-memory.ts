import { byTag, documentOf, matches, nodeTypeOf, parentNodeOf, queryFirst, treeWalkerOf } from '../dom/unclobbered.ts';
import type { NamingTexts } from './naming-texts.ts';
import type { Root } from './roots.ts';

/** Attributes that texts are read from, and those by which an element enters or leaves a list. */
const LISTING = ['href', 'list', 'role', 'type'];
const READ = ['alt', 'aria-label', 'aria-labelledby', 'contenteditable', 'id', 'placeholder', 'title', 'value'];
/** Changes that are looked at one by one, and elements added by one of them: after more, all is read anew. */
const MAX_CHANGES = 500;
const MAX_ADDED = 3000;
/** Characters of texts and nodes kept for one page. */
const MAX_CHARS = 1_000_000;
const MAX_NODES = 50_000;
/** For so long a page is watched after the last question. */
const IDLE_MS = 30_000;

export interface TextNode {
  readonly node: Text;
  readonly data: string;
}

interface Kept {
  readonly texts: WeakMap<Element, NamingTexts>;
  readonly lists: Map<string, readonly Element[]>;
  nodes?: readonly TextNode[] | undefined;
  chars: number;
}

/**
 * What was read of a page and has not changed since, for the next question about the same page. Only what nodes and attributes say is
 * kept: whether an element is visible, what styles and labels add to its name and what was typed is read each time.
 */
export interface PageMemory {
  /** Elements by a name for how they were found. */
  listed(key: string, find: () => readonly Element[]): readonly Element[];
  textsOf(element: Element, read: () => NamingTexts): NamingTexts;
  textNodes(find: () => readonly TextNode[]): readonly TextNode[];
}

interface Watched extends PageMemory {
  /** Brings it up to the page as it is now. */
  refresh(roots: readonly Root[]): void;
}

const memories = new WeakMap<Document, Watched>();

const nothing = (): Kept => ({ texts: new WeakMap(), lists: new Map(), chars: 0 });

const LISTED = `[role],a,area,button,datalist,details,fieldset,h1,h2,h3,h4,h5,h6,img,input,li,menu,ol,optgroup,option,select,summary,
  td,textarea,th,tr,ul`;
const holdsListed = (element: Element): boolean => matches(element, LISTED) || queryFirst(element, LISTED) !== null;
const holdsText = (node: Node): boolean =>
  nodeTypeOf(node) === 3 || treeWalkerOf(documentOf(node), node, 4).nextNode() !== null;

function forgetAdded({ texts }: Kept, element: Element): boolean {
  const inner = byTag(element, '*');
  if (inner.length > MAX_ADDED) return false;
  texts.delete(element);
  for (let at = 0; at < inner.length; at += 1) texts.delete(inner[at]!);
  return true;
}

function forgetMoved(kept: Kept, node: Node): void {
  if (kept.nodes && holdsText(node)) kept.nodes = undefined;
  if (kept.lists.size > 0 && nodeTypeOf(node) === 1 && holdsListed(node as Element)) kept.lists.clear();
}

/** Forgets what a change may have made untrue; false where that is too much to tell. */
function forget(kept: Kept, { type, target, attributeName, addedNodes, removedNodes }: MutationRecord): boolean {
  if (type === 'characterData') kept.nodes = undefined;
  if (type === 'attributes' && LISTING.includes(attributeName ?? '')) kept.lists.clear();
  for (let at: Node | null = target; at; at = parentNodeOf(at)) kept.texts.delete(at as Element);
  for (const node of removedNodes) forgetMoved(kept, node);
  for (const node of addedNodes) {
    forgetMoved(kept, node);
    // What is out of the page changes unseen.
    if (nodeTypeOf(node) === 1 && !forgetAdded(kept, node as Element)) return false;
  }
  return true;
}

function watch(document: Document): Watched {
  let kept = nothing();
  let changes: MutationRecord[] = [];
  let watched: readonly Root[] = [];
  let idle: ReturnType<typeof setTimeout> | undefined;
  const stop = (): void => {
    clearTimeout(idle);
    observer.disconnect();
    memories.delete(document);
  };
  const observer = new MutationObserver((records) => {
    changes.push(...records);
    if (changes.length > MAX_CHANGES) stop();
  });
  const options = { subtree: true, childList: true, characterData: true, attributeFilter: [...READ, ...LISTING] };
  return {
    refresh(roots) {
      changes.push(...observer.takeRecords());
      const few = changes.length <= MAX_CHANGES && kept.chars <= MAX_CHARS;
      if (!few || !changes.every((change) => forget(kept, change))) kept = nothing();
      changes = [];
      if (roots.length !== watched.length || roots.some((root, at) => root !== watched[at])) {
        for (const root of roots) if (!watched.includes(root)) observer.observe(root, options);
        kept.lists.clear();
        kept.nodes = undefined;
        watched = roots;
      }
      clearTimeout(idle);
      idle = setTimeout(stop, IDLE_MS);
    },
    listed(key, find) {
      const known = kept.lists.get(key) ?? find();
      kept.lists.set(key, known);
      return known;
    },
    textsOf(element, read) {
      const known = kept.texts.get(element);
      if (known) return known;
      const texts = read();
      kept.chars += texts.chars;
      if (texts.lasting && kept.chars <= MAX_CHARS) kept.texts.set(element, texts);
      return texts;
    },
    textNodes(find) {
      const nodes = kept.nodes ?? find();
      if (nodes.length <= MAX_NODES) kept.nodes = nodes;
      return nodes;
    },
  };
}

/** What is remembered of the page with these roots; undefined where only a part of one is asked about. */
export function memoryOf(roots: readonly Root[]): PageMemory | undefined {
  const [first] = roots;
  if (!first || nodeTypeOf(first) !== 9) return undefined;
  const document = first as Document;
  const memory = memories.get(document) ?? watch(document);
  memories.set(document, memory);
  memory.refresh(roots);
  return memory;
}
