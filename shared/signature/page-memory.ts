import {
  byTag,
  documentOf,
  firstChildOf,
  firstElementOf,
  hasAttribute,
  localNameOf,
  matches,
  nodeTypeOf,
  parentNodeOf,
  queryFirst,
  treeWalkerOf,
} from '../dom/unclobbered.ts';
import { mayHost } from './may-host.ts';
import type { NamingTexts } from './naming-texts.ts';
import { ANY_ROLE, ROLE_TAGS } from './role-sources.ts';
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

/** An element, and what was read of it: what its name is made of, words of that, hashed with a key, and where its address leads. */
export interface Known {
  readonly element: Element;
  link?: { readonly href: string; readonly base: string; readonly path: string | undefined };
  texts?: NamingTexts | undefined;
  words?: { readonly key: string; readonly hashed: readonly string[] } | undefined;
}

interface Kept {
  readonly elements: WeakMap<Element, Known>;
  readonly lists: Map<string, readonly Known[]>;
  nodes?: readonly TextNode[] | undefined;
  /** Those that may have a shadow root. */
  hosts?: readonly Element[] | undefined;
  /** How many elements of a tag there are. */
  readonly tags: Map<string, number>;
  /** Of the children of an element, those whose place was asked for. */
  readonly places: WeakMap<Node, Map<Element, number>>;
  chars: number;
  version: number;
  /** Elements that came, less those that went. */
  moved: number;
}

/**
 * What was read of a page and has not changed since, for the next question about the same page. Only what nodes and attributes say is
 * kept: whether an element is visible, what styles and labels add to its name and what was typed is read each time.
 */
export interface PageMemory {
  of(element: Element): Known;
  /** Elements by a name for how they were found; only such as `ANY_ROLE` matches. */
  listed(key: string, find: () => readonly Element[]): readonly Known[];
  textsOf(known: Known, read: (element: Element) => NamingTexts): NamingTexts;
  /** Changes whenever texts that were read are forgotten. */
  version(): number;
  textNodes(find: () => readonly TextNode[]): readonly TextNode[];
  /** How many elements of a tag the document has. */
  count(tag: string): number;
  /** Places among their siblings of those children of a node that were asked for; to be added to. */
  placesIn(parent: Node): Map<Element, number>;
}

interface Watched extends PageMemory {
  /** Brings it up to the page as it is now. */
  refresh(roots: readonly Root[]): void;
  moved(): number;
  hosts(find: () => readonly Element[]): readonly Element[];
}

const memories = new WeakMap<Document, Watched>();

const nothing = (version: number): Kept => ({
  elements: new WeakMap(),
  lists: new Map(),
  tags: new Map(),
  places: new WeakMap(),
  chars: 0,
  version,
  moved: Number.NaN,
});

const holdsListed = (element: Element): boolean => matches(element, ANY_ROLE) || queryFirst(element, ANY_ROLE) !== null;
const holdsText = (node: Node): boolean =>
  nodeTypeOf(node) === 3 || treeWalkerOf(documentOf(node), node, 4).nextNode() !== null;

const NONE: ArrayLike<Element> = [];
const inside = (element: Element): ArrayLike<Element> => (firstElementOf(element) ? byTag(element, '*') : NONE);
const size = (node: Node): number => (nodeTypeOf(node) === 1 ? 1 + inside(node as Element).length : 0);

function forgetText(kept: Kept, element: Element | null | undefined): void {
  const known = element && kept.elements.get(element);
  if (!known) return;
  if (known.texts || known.words) kept.version += 1;
  known.texts = undefined;
  known.words = undefined;
}

function forgetAdded(kept: Kept, element: Element): boolean {
  const inner = inside(element);
  if (inner.length > MAX_ADDED) return false;
  for (let at = -1; at < inner.length; at += 1) {
    const one = at < 0 ? element : inner[at]!;
    forgetText(kept, one);
    kept.places.delete(one);
  }
  return true;
}

function holdsHost(element: Element): boolean {
  const inner = byTag(element, '*');
  let holds = mayHost(localNameOf(element)) || inner.length > MAX_ADDED;
  for (let at = 0; at < inner.length && !holds; at += 1) holds = mayHost(localNameOf(inner[at]!));
  return holds;
}

function forgetPlaces(kept: Kept, node: Node): void {
  if (nodeTypeOf(node) === 1 && !firstChildOf(node)) {
    const tag = localNameOf(node as Element);
    kept.tags.delete(tag);
    if (mayHost(tag)) kept.hosts = undefined;
    if (ROLE_TAGS.has(tag) || hasAttribute(node as Element, 'role')) kept.lists.clear();
    return;
  }
  if (nodeTypeOf(node) === 1) kept.tags.clear();
  if (kept.hosts && nodeTypeOf(node) === 1 && holdsHost(node as Element)) kept.hosts = undefined;
  if (kept.nodes && holdsText(node)) kept.nodes = undefined;
  if (kept.lists.size > 0 && nodeTypeOf(node) === 1 && holdsListed(node as Element)) kept.lists.clear();
}

/** Forgets what a change may have made untrue; false where that is too much to tell. */
function forget(
  kept: Kept,
  { type, target, attributeName, addedNodes, removedNodes }: MutationRecord,
  before: MutationRecord | undefined,
): boolean {
  if (type === 'childList') kept.places.delete(target);
  if (type === 'characterData') kept.nodes = undefined;
  if (type === 'attributes' && LISTING.includes(attributeName ?? '')) kept.lists.clear();
  if (target !== before?.target)
    for (let at: Node | null = target; at; at = parentNodeOf(at)) forgetText(kept, at as Element);
  for (const node of removedNodes) {
    forgetPlaces(kept, node);
    kept.moved -= size(node);
  }
  for (const node of addedNodes) {
    forgetPlaces(kept, node);
    kept.moved += size(node);
    // What is out of the page changes unseen.
    if (nodeTypeOf(node) === 1 && !forgetAdded(kept, node as Element)) return false;
  }
  return true;
}

function watch(document: Document): Watched {
  let kept = nothing(0);
  let changes: MutationRecord[] = [];
  let watched: readonly Root[] = [];
  let used = true;
  const stop = (): void => {
    clearTimeout(idle);
    observer.disconnect();
    memories.delete(document);
  };
  const rest = (): void => {
    if (used) idle = setTimeout(rest, IDLE_MS);
    else stop();
    used = false;
  };
  let idle = setTimeout(rest, IDLE_MS);
  const observer = new MutationObserver((records) => {
    changes.push(...records);
    if (changes.length > MAX_CHANGES) stop();
  });
  const options = { subtree: true, childList: true, characterData: true, attributeFilter: [...READ, ...LISTING] };
  const catchUp = (): void => {
    used = true;
    changes.push(...observer.takeRecords());
    const few = changes.length <= MAX_CHANGES && kept.chars <= MAX_CHARS;
    if (!few || !changes.every((change, at) => forget(kept, change, changes[at - 1]))) kept = nothing(kept.version + 1);
    changes = [];
  };
  const knownOf = (element: Element): Known => {
    const known = kept.elements.get(element) ?? { element };
    kept.elements.set(element, known);
    return known;
  };
  return {
    of: knownOf,
    refresh(roots) {
      catchUp();
      if (roots.length === watched.length && roots.every((root, at) => root === watched[at])) return;
      for (const root of roots) if (!watched.includes(root)) observer.observe(root, options);
      kept.lists.clear();
      kept.nodes = undefined;
      watched = roots;
    },
    hosts(find) {
      if (!watched.includes(document)) {
        observer.observe(document, options);
        watched = [document];
      }
      catchUp();
      kept.hosts ??= find();
      return kept.hosts;
    },
    moved() {
      catchUp();
      const { moved } = kept;
      kept.moved = 0;
      return moved;
    },
    listed(key, find) {
      const list = kept.lists.get(key) ?? find().map(knownOf);
      kept.lists.set(key, list);
      return list;
    },
    textsOf(known, read) {
      if (known.texts) return known.texts;
      const texts = read(known.element);
      if (texts.lasting) kept.chars += texts.chars;
      if (texts.lasting && kept.chars <= MAX_CHARS) known.texts = texts;
      return texts;
    },
    version: () => kept.version,
    count(tag) {
      const count = kept.tags.get(tag) ?? byTag(document, tag).length;
      kept.tags.set(tag, count);
      return count;
    },
    placesIn(parent) {
      const places = kept.places.get(parent) ?? new Map<Element, number>();
      kept.places.set(parent, places);
      return places;
    },
    textNodes(find) {
      const nodes = kept.nodes ?? find();
      if (nodes.length <= MAX_NODES) kept.nodes = nodes;
      return nodes;
    },
  };
}

/** By how many its elements became more since this was last asked; NaN where that is not known. */
export const movedIn = (document: Document): number => memories.get(document)?.moved() ?? Number.NaN;

function watchedIn(document: Document): Watched {
  const memory = memories.get(document) ?? watch(document);
  memories.set(document, memory);
  return memory;
}

/** Elements of a document that may have a shadow root, as they were found when there were others last. */
export const rememberedHosts = (document: Document, find: () => readonly Element[]): readonly Element[] =>
  watchedIn(document).hosts(find);

/** What is remembered of the page with these roots; undefined where only a part of one is asked about. */
export function memoryOf(roots: readonly Root[]): PageMemory | undefined {
  const [first] = roots;
  if (!first || nodeTypeOf(first) !== 9) return undefined;
  const memory = watchedIn(first as Document);
  memory.refresh(roots);
  return memory;
}
