import { nodeTypeOf, parentNodeOf } from '../dom/unclobbered.ts';
import { labelMatches } from './label-matches.ts';
import { namedAlike } from './named.ts';
import { textMatches } from './own-text.ts';
import { openRoots, queryRoots, type Root, shadowOf } from './roots.ts';
import { parseSelector, type Step } from './selector.ts';

/** Names computed for one role selector. */
const MAX_NAMES = 1000;
const SCOPED = ':scope > ';

/** `:scope > a > b` from a shadow host means its light children and the top of its shadow tree, as in Playwright. */
function fromHost(host: Root, css: string): Element[] {
  const light = queryRoots([host], css);
  const shadow = nodeTypeOf(host) === 1 ? shadowOf(host as Element) : null;
  if (!shadow) return light;
  const inside = css.slice(SCOPED.length);
  const depth = inside.split(' > ').length;
  const atTop = (element: Element): boolean => {
    let at: Node | null = element;
    for (let n = 0; at && n < depth; n += 1) at = parentNodeOf(at);
    return at === shadow;
  };
  return [...light, ...queryRoots([shadow], inside).filter(atTop)];
}

function run(step: Exclude<Step, { engine: 'nth' }>, scope: Root, known?: readonly Root[]): Element[] {
  if (step.engine === 'css' && step.css.startsWith(SCOPED)) return fromHost(scope, step.css);
  const roots = known?.[0] === scope ? known : openRoots(scope);
  if (step.engine === 'css') return queryRoots(roots, step.css);
  if (step.engine === 'label') return labelMatches(roots, step.text);
  if (step.engine === 'text') return textMatches(roots, step.text);
  const named = namedAlike(roots, step.role, step.name, { maxNames: MAX_NAMES }) ?? [];
  return named.filter(({ name }) => !step.exact || name === step.name).map(({ element }) => element);
}

/**
 * Elements that a selector names, as Playwright's `locator()` would, for the selectors that this package writes: CSS, `role=`,
 * `text=""` and `nth=`, joined by ` >> `, through open shadow roots. Empty for a selector of any other kind.
 * @param roots `openRoots(root)`, where they are known already.
 */
export function query(root: Root, selector: string, roots?: readonly Root[]): Element[] {
  let scopes: readonly Root[] = [root];
  for (const step of parseSelector(selector) ?? []) {
    const hits: readonly Root[] =
      step.engine === 'nth'
        ? scopes.slice(step.index, step.index + 1)
        : [...new Set(scopes.flatMap((scope) => run(step, scope, roots)))];
    scopes = hits;
  }
  return scopes.filter((hit): hit is Element => hit !== root && nodeTypeOf(hit) === 1);
}
