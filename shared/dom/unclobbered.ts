/**
 * Properties of nodes as the platform has them. A control called `parentNode` hides that property of its form, and an image
 * called `body` that of the document: reading past them, a page can neither lead a walk in circles nor make it throw.
 */
type Owner = 'Node' | 'Element' | 'Document' | 'DocumentFragment';

const prototypeOf = (owner: Owner): object =>
  (globalThis as unknown as Record<Owner, { readonly prototype: object }>)[owner].prototype;

/** Looked up at the first use: this module is loaded where there is no DOM too. */
function property<T extends Node, V>(owner: Owner, name: string): (of: T) => V {
  let get: ((this: T) => V) | undefined;
  return (of) => {
    get ??= Object.getOwnPropertyDescriptor(prototypeOf(owner), name)?.get;
    return (get as (this: T) => V).call(of);
  };
}

/** Of two arguments at the most: to hand on a list of them takes several times as long, and these are called by the thousand. */
function method<T extends Node, A extends [a?: unknown, b?: unknown], V>(
  owner: Owner,
  name: string,
): (of: T, ...args: A) => V {
  let call: ((this: T, a: unknown, b: unknown) => V) | undefined;
  const handOn = (of: T, a?: unknown, b?: unknown): V => {
    call ??= (prototypeOf(owner) as Record<string, (this: T, a: unknown, b: unknown) => V>)[name];
    return (call as (this: T, a: unknown, b: unknown) => V).call(of, a, b);
  };
  return handOn;
}

export const nodeTypeOf = property<Node, number>('Node', 'nodeType');
export const parentNodeOf = property<Node, Node | null>('Node', 'parentNode');
export const parentElementOf = property<Node, Element | null>('Node', 'parentElement');
export const firstChildOf = property<Node, Node | null>('Node', 'firstChild');
export const nextSiblingOf = property<Node, Node | null>('Node', 'nextSibling');
/** Null for a document. */
const ownerDocumentOf = property<Node, Document | null>('Node', 'ownerDocument');
/** Also of the node itself. */
export const contains = method<Node, [Node], boolean>('Node', 'contains');
export const rootOf = method<Node, [], Node>('Node', 'getRootNode');
/** The document that the node is, or is in. */
export const documentOf = (node: Node): Document => ownerDocumentOf(node) ?? (node as Document);

export const localNameOf = property<Element, string>('Element', 'localName');
export const nextElementOf = property<Element, Element | null>('Element', 'nextElementSibling');
export const previousElementOf = property<Element, Element | null>('Element', 'previousElementSibling');
export const attributeOf = method<Element, [name: string], string | null>('Element', 'getAttribute');
export const attributeNamesOf = method<Element, [], string[]>('Element', 'getAttributeNames');
export const hasAttribute = method<Element, [name: string], boolean>('Element', 'hasAttribute');
export const hasAttributes = method<Element, [], boolean>('Element', 'hasAttributes');
export const matches = method<Element, [css: string], boolean>('Element', 'matches');
export const closest = method<Element, [css: string], Element | null>('Element', 'closest');
export const openShadowOf = property<Element, ShadowRoot | null>('Element', 'shadowRoot');
export const boxOf = method<Element, [], DOMRect>('Element', 'getBoundingClientRect');
/** Undefined where the browser cannot tell. */
export const checkVisibility = method<Element, [CheckVisibilityOptions], boolean>('Element', 'checkVisibility');

export const titleOf = property<Document, string>('Document', 'title');
export const bodyOf = property<Document, HTMLElement | null>('Document', 'body');
export const viewOf = property<Document, (Window & typeof globalThis) | null>('Document', 'defaultView');
export const documentElementOf = property<Document, Element | null>('Document', 'documentElement');
export const treeWalkerOf = method<Document, [root: Node, show: number], TreeWalker>('Document', 'createTreeWalker');

/** What a document, a shadow root and an element have alike, each on a prototype of its own. */
function parents<V>(name: string): (of: Node, css: string) => V {
  const ofElement = method<Node, [css: string], V>('Element', name);
  const ofDocument = method<Node, [css: string], V>('Document', name);
  const ofFragment = method<Node, [css: string], V>('DocumentFragment', name);
  return (of, css) => {
    const type = nodeTypeOf(of);
    return (type === 1 ? ofElement : type === 9 ? ofDocument : ofFragment)(of, css);
  };
}

export const queryAll = parents<NodeListOf<Element>>('querySelectorAll');
export const queryFirst = parents<Element | null>('querySelector');
/** Of a document or an element; shadow roots keep no such list. */
export const byTag = (of: Node, tag: string): HTMLCollectionOf<Element> =>
  nodeTypeOf(of) === 9 ? documentByTag(of, tag) : elementByTag(of, tag);
const documentByTag = method<Node, [tag: string], HTMLCollectionOf<Element>>('Document', 'getElementsByTagName');
const elementByTag = method<Node, [tag: string], HTMLCollectionOf<Element>>('Element', 'getElementsByTagName');

const firstOfElement = property<Node, Element | null>('Element', 'firstElementChild');
const firstOfFragment = property<Node, Element | null>('DocumentFragment', 'firstElementChild');
export const firstElementOf = (of: Element | ShadowRoot): Element | null =>
  nodeTypeOf(of) === 1 ? firstOfElement(of) : firstOfFragment(of);
