import { byTag } from '../dom/unclobbered.ts';
import { controlOf } from './control.ts';
import { readNames } from './named.ts';
import { type ObserveContext, observeElement } from './observe-element.ts';
import { read } from './reading.ts';
import { recentRoots } from './roots.ts';

const TAGS = ['a', 'button', 'input', 'select', 'textarea'];
/** Of all tags that there are: after as many the browser has compiled most of what signing runs. */
const MOST = 40;

/** Elements of each tag, spread over the page. */
function chosen(document: Document): Element[] {
  const tags = TAGS.map((tag) => byTag(document, tag)).filter(({ length }) => length > 0);
  return tags.flatMap((all) => {
    const most = Math.min(Math.ceil(MOST / tags.length), all.length);
    return Array.from({ length: most }, (_, n) => all[Math.floor((n * all.length) / most)]!);
  });
}

/**
 * Signs controls spread over a page and keeps nothing of what they say but what is remembered of the page: so the first click on it
 * need not wait until all of it was read. To be run where the page has nothing else to do, some milliseconds a step.
 */
export function* prepareSigning(document: Document, context: ObserveContext): Generator<void> {
  const roles = new Set<string>();
  for (const element of chosen(document)) {
    const control = controlOf(element);
    const roots = recentRoots(document, control);
    yield;
    const { role } = read(control, context);
    yield;
    if (role && !roles.has(role)) yield* readNames(roots, role);
    if (role) roles.add(role);
    observeElement(control, context);
    yield;
  }
}
