/** Built-in elements that may have one: https://dom.spec.whatwg.org/#dom-element-attachshadow */
const HOSTS = new Set(
  'article aside blockquote body div footer h1 h2 h3 h4 h5 h6 header main nav p section span'.split(' '),
);

/** Whether an element of this name may have a shadow root that is not the browser's own. */
export const mayHost = (tag: string): boolean => HOSTS.has(tag) || tag.includes('-');
