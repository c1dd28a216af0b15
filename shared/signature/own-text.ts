import { flat } from './name.ts';
import type { Root } from './roots.ts';

const SKIPPED = 'script,noscript,style';

/** Runs of text directly in an element, as Playwright's `text="…"` compares them: comments join, child elements part them. */
export function immediateTexts(element: Element): string[] {
  if (element.matches(SKIPPED) || element.closest('head')) return [];
  if (element.localName === 'input') {
    const { type, value } = element as HTMLInputElement;
    return type === 'submit' || type === 'button' || type === 'reset' ? [value] : [];
  }
  const runs: string[] = [];
  let run = '';
  for (let child = element.firstChild; child; child = child.nextSibling) {
    if (child.nodeType === 3) run += child.nodeValue ?? '';
    else if (child.nodeType !== 8) {
      if (run) runs.push(run);
      run = '';
    }
  }
  if (run) runs.push(run);
  return runs;
}

/** Text nodes looked at for one question. */
const MAX_TEXT_NODES = 50_000;

/** Elements that `text="…"` names, in document order of each root. */
export function textMatches(roots: readonly Root[], text: string): Element[] {
  const word = text.split(' ').reduce((longest, next) => (next.length > longest.length ? next : longest), '');
  const found = new Set<Element>();
  const test = (element: Element): void => {
    if (immediateTexts(element).some((own) => flat(own) === text)) found.add(element);
  };
  for (const root of roots) {
    const walker = (root.ownerDocument ?? (root as Document)).createTreeWalker(root, 4);
    for (let n = 0; n < MAX_TEXT_NODES && walker.nextNode(); n += 1) {
      const node = walker.currentNode;
      if (node.parentElement && node.nodeValue?.includes(word)) test(node.parentElement);
    }
    for (const input of root.querySelectorAll('input[type=submit],input[type=button],input[type=reset]')) test(input);
  }
  return [...found];
}
