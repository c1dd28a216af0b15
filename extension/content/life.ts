/** Resolves at once, or when a prerendered document is shown: until then nobody has met it. */
export function whenShown(document: Document): Promise<void> {
  if (!(document as { readonly prerendering?: boolean }).prerendering) return Promise.resolve();
  return new Promise((resolve) =>
    EventTarget.prototype.addEventListener.call(document, 'prerenderingchange', () => resolve(), { once: true }),
  );
}

/** Calls back when the document was written anew by `document.open()`, as pages do with the frames and windows they open. */
export function onRewritten(document: Document, rewritten: () => void): void {
  let root = document.documentElement;
  new MutationObserver(() => {
    if (document.documentElement === root) return;
    root = document.documentElement;
    if (root) rewritten();
  }).observe(document, { childList: true });
}
