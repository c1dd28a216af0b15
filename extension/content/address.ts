const baseOf = (document: Document): string =>
  Object.getOwnPropertyDescriptor(Node.prototype, 'baseURI')?.get?.call(document) as string;

/** Address of a document; of one without an own one (srcdoc, about:blank) that of the page that made it. */
export function addressOf(document: Document): string {
  const { href, protocol } = document.location;
  return protocol === 'about:' ? baseOf(document) : href;
}
