import { scrub as scrubText } from '../../../shared/privacy/scrub.ts';
import type { ElementIdentity } from '../../../shared/protocol/schema.ts';
import type { SealContext } from '../../../shared/signature/context.ts';
import { generated, telling } from '../../../shared/signature/generated.ts';
import { parseHashKey } from '../../../shared/signature/hash.ts';
import type { ObservedElement } from '../../../shared/signature/observed.ts';
import { sealIdentity } from '../../../shared/signature/seal-element.ts';
import { linkPath } from '../../../shared/signature/url.ts';
import type { Properties } from './site.ts';

const clean = new Map<string, string>();
/** The properties of a site hold most texts several times. */
function scrub(text: string): string {
  const known = clean.get(text) ?? scrubText(text);
  clean.set(text, known);
  return known;
}

/** Any key will do: what is compared was hashed with the same one. */
const CONTEXT: SealContext = { key: parseHashKey('00112233445566778899aabbccddeeff'), scrub };

/** As the HTML accessibility mapping has them, for the tags that the data set knows. */
const ROLES: Readonly<Record<string, string>> = {
  button: 'button',
  select: 'combobox',
  textarea: 'textbox',
  li: 'listitem',
  ul: 'list',
  ol: 'list',
  img: 'img',
  td: 'cell',
  th: 'columnheader',
  tr: 'row',
  h1: 'heading',
  h2: 'heading',
  h3: 'heading',
  h4: 'heading',
  h5: 'heading',
  h6: 'heading',
};
const LANDMARKS: Readonly<Record<string, string>> = {
  main: 'main',
  nav: 'navigation',
  header: 'banner',
  footer: 'contentinfo',
  aside: 'complementary',
  form: 'form',
  dialog: 'dialog',
};
/** Roles whose name is not made of their content. */
const UNNAMED = new Set(['listitem', 'list', 'textbox', 'combobox']);
const FIELDS = new Set(['input', 'textarea', 'select']);
const MAX_CHARS = 300;
const MAX_NEAR_CHARS = 160;
const MAX_PATH_CHARS = 256;

function roleOf({ href, is_button }: Properties, tag: string): string | undefined {
  if (tag === 'a') return href === undefined ? undefined : 'link';
  if (tag === 'input') return is_button === 'yes' ? 'button' : 'textbox';
  return ROLES[tag];
}

const stable = (value: string | undefined): string | undefined =>
  value && value.length <= 128 && !generated(value) ? value : undefined;

const tagsUp = (xpath: string): string[] =>
  xpath
    .split('/')
    .map((step) => step.replace(/\[\d+\]$/, '').toLowerCase())
    .filter((tag) => tag !== '' && tag !== 'html' && tag !== 'body')
    .reverse();

/** The archive that the pages were taken from stands before their own address. */
const pageOf = (url: string): string => url.replace(/^https?:\/\/web\.archive\.org\/web\/[^/]+\//, '');

function hrefOf(href: string | undefined, page: string): string | undefined {
  if (href === undefined || (href.includes('#') && href.replace(/#.*/, '') === page.replace(/#.*/, '')))
    return undefined;
  const path = linkPath(href, page);
  return path && path.length <= 256 ? path : undefined;
}

/**
 * What the product would have stored of an element that the data set describes. The role follows from tag, address and `is_button`;
 * the name is the visible text, else the alternative text, where a name is made of that; near is the neighbour text, the landmark the
 * nearest one in the xpath. Headings, labels, test ids, scopes and counts are not in the data.
 */
export function identityOf(properties: Properties, url: string): ElementIdentity {
  const { visible_text, alt, neighbor_text = '', id, name, href, x, y, width, height, xpath } = properties;
  const tag = properties.tag.toLowerCase();
  const role = roleOf(properties, tag);
  const shown = visible_text ?? alt ?? '';
  const text = (FIELDS.has(tag) ? '' : shown).slice(0, MAX_CHARS);
  const named = role === undefined || !UNNAMED.has(role) || tag === 'input' || tag === 'textarea';
  const tags = tagsUp(xpath);
  const observed: Omit<ObservedElement, 'choices' | 'plain'> = {
    tag,
    role,
    type: undefined,
    id: stable(id),
    name_attr: stable(name),
    href: hrefOf(href, pageOf(url)),
    classes: [...new Set(properties.class?.split(/\s+/).filter(telling))].slice(0, 12),
    landmark: tags
      .slice(1)
      .map((up) => LANDMARKS[up])
      .find((landmark) => landmark !== undefined),
    name: named ? shown.slice(0, MAX_CHARS) : '',
    text,
    label: '',
    near: neighbor_text.slice(0, MAX_NEAR_CHARS),
    heading: '',
    marks: '',
    before: '',
    after: '',
    index: undefined,
    count: undefined,
    told: undefined,
    path: tags.join('<').slice(0, MAX_PATH_CHARS),
    box: [x, y, width, height],
  };
  return sealIdentity(observed, { test_id: undefined, within: undefined }, CONTEXT);
}
