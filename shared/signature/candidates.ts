import { attributeOf, documentOf, localNameOf, rootOf } from '../dom/unclobbered.ts';
import { MAX_CANDIDATES, MAX_SELECTOR_CHARS } from '../protocol/limits.ts';
import type { SelectorCandidate, SelectorKind } from '../protocol/schema.ts';
import { rawAttribute, stableAttribute, testIdOf } from './attributes.ts';
import type { ReadContext } from './context.ts';
import { cssPath, looseCssPath, positionalPath } from './css-path.ts';
import { amongData, durableText } from './data-like.ts';
import { generated } from './generated.ts';
import { labelMatches, labelText } from './label-matches.ts';
import { labelsOf } from './labels.ts';
import { flat, isField } from './name.ts';
import { immediateTexts, textMatches } from './own-text.ts';
import { idSelector, quote, tagSelector } from './quote.ts';
import { type Reading, read } from './reading.ts';
import { roleSelectors } from './role-selectors.ts';
import { countRoots, hostOf, parentOf, queryRoots, type Root, recentRoots, sizeOf } from './roots.ts';
import { type Alike, alike } from './twins.ts';
import { uniquePath } from './unique-path.ts';

/** Levels below which a path by places is longer than a selector may be. */
const MAX_LEVELS = 130;
/** Elements on a page whose texts are all looked at for one control that has another selector already: about 0.3 ms. */
const MAX_WALKED = 3000;

const shortPath = (element: Element): string | undefined => {
  let at: Element | null = element;
  for (let level = 0; at && level < MAX_LEVELS; level += 1) at = parentOf(at);
  return at ? undefined : uniquePath(element);
};

/** A link's own words for where it leads, where they hold nothing that varies. */
const plain = (href: string): boolean =>
  !/[?#@]|^\w+:(?!\/\/)/.test(href) && !href.split('/').some((part) => generated(part));

const plainHref = (element: Element, ctx: ReadContext): string | undefined =>
  localNameOf(element) === 'a' ? rawAttribute(element, 'href', ctx, 200, plain) : undefined;

/**
 * Selectors of an element in Playwright's syntax, most durable kind first (as the bench relocate-dom measures it), each with how many elements it matches now. One that is
 * unique now is always among them. Texts are used only where they are durable, not masked, and the context keeps them.
 */
export function candidates(
  element: Element,
  ctx: ReadContext,
  reading: Reading = read(element, ctx),
  roots: readonly Root[] = recentRoots(documentOf(element), element),
  { named }: Pick<Alike, 'named'> = alike(reading, roots, ctx),
): SelectorCandidate[] {
  const found: SelectorCandidate[] = [];
  const count = (css: string): number => countRoots(roots, css);
  const add = (kind: SelectorKind, selector: string, matches: number): void => {
    if (matches > 0 && selector.length <= MAX_SELECTOR_CHARS && found.length < MAX_CANDIDATES - 1)
      found.push({ kind, selector, matches });
  };
  const tag = tagSelector(element);
  /** With its tag where the attribute alone is shared. */
  const addCss = (kind: SelectorKind, css: string): void => {
    const matches = count(css);
    const narrowed = matches > 1 && !css.startsWith(tag) ? count(tag + css) : matches;
    add(kind, narrowed < matches ? tag + css : css, narrowed);
  };
  const usable = (text: string): boolean => durableText(text) && ctx.keeps(text);
  /** Selectors that cost walks through the page are looked for only while no other is sure. */
  const unsure = (): boolean => found.every(({ matches }) => matches !== 1);
  const texts = !amongData(element) && !ctx.masked(element);

  const testId = testIdOf(element, ctx);
  if (testId) addCss('test_id', `[${testId.attribute}=${quote(testId.value)}]`);
  const nameAttr = stableAttribute(element, 'name', ctx);
  if (nameAttr) addCss('attribute', `${tag}[name=${quote(nameAttr)}]`);
  const href = plainHref(element, ctx);
  if (href) addCss('attribute', `a[href=${quote(href)}]`);
  const byText = (kind: SelectorKind, attribute: string): void => {
    const value = texts && attributeOf(element, attribute);
    if (value && usable(value)) addCss(kind, `[${attribute}=${quote(value)}]`);
  };
  byText('attribute', 'title');
  byText('attribute', 'alt');
  const id = stableAttribute(element, 'id', ctx);
  if (id) addCss('id', idSelector(id));
  const inRole = texts && named ? roleSelectors(reading, named, roots, ctx) : undefined;
  const own = texts && !isField(element) && unsure() && immediateTexts(element).map(flat).find(usable);
  const sure = inRole?.direct.some(({ matches }) => matches === 1) ?? false;
  // To look at all texts of a page costs a walk through it.
  if (own && (!sure || sizeOf(documentOf(element)) <= MAX_WALKED))
    add('text', `text=${quote(own)}`, textMatches(roots, own).length);
  for (const { selector, matches } of inRole?.direct ?? []) add('role_name', selector, matches);
  byText('aria', 'aria-label');
  const label =
    texts &&
    labelsOf(element)
      .map((each) => labelText(each, ctx))
      .find((text) => text && usable(text));
  if (label) {
    const labelled = labelMatches(roots, label);
    if (labelled.includes(element)) add('label', `internal:label=${quote(label)}s`, labelled.length);
  }
  byText('placeholder', 'placeholder');
  const scoped = unsure() && inRole?.scoped();
  if (scoped) add('css', scoped, 1);
  const path = unsure() && cssPath(element, ctx, roots);
  if (path) add('css', path, 1);
  const nth = unsure() && inRole?.nth();
  if (nth) add('positional', nth, 1);
  const weak = unsure() && looseCssPath(element, ctx, roots);
  if (weak) add('css', weak, 1);
  if (unsure()) {
    const inShadow = hostOf(rootOf(element)) !== null;
    const place = inShadow ? shortPath(element) : positionalPath(element, ctx, roots, count);
    if (place) add('positional', place, 1);
  }
  if (unsure())
    found.push({
      kind: 'positional',
      selector: `${tag} >> nth=${queryRoots(roots, tag).indexOf(element)}`,
      matches: 1,
    });
  return found;
}
