import { unquote } from './selector.ts';

/** A string literal of XPath 1.0, which knows no escapes. */
export const xpathString = (text: string): string => {
  if (!text.includes('"')) return `"${text}"`;
  if (!text.includes("'")) return `'${text}'`;
  return `concat(${text
    .split('"')
    .map((part) => `"${part}"`)
    .join(`, '"', `)})`;
};

/** Elements that HTML takes from SVG are in another namespace, in which XPath finds no plain names. */
const SVG =
  /^(?:svg|g|path|use|circle|ellipse|line|polygon|polyline|rect|text|tspan|image|symbol|title|desc|foreignobject)$/;
const TOKEN =
  /([a-z][a-z0-9-]*|\*)|#([A-Za-z_][\w-]*)|\.(-?[A-Za-z_][\w-]*)|\[([\w:-]+)=("(?:[^"\\\n]|\\["\\])*")\]|:nth-of-type\((\d+)\)|:nth-child\((\d+)\)/giy;

function compound(css: string): string | undefined {
  let tag = '*';
  const tests: string[] = [];
  let place = '';
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < css.length) {
    const match = TOKEN.exec(css);
    if (!match) return undefined;
    const [, name, id, className, attribute, value, ofType, child] = match;
    if (name) tag = name;
    else if (id) tests.push(`[@id=${xpathString(id)}]`);
    else if (className) tests.push(`[contains(concat(" ", normalize-space(@class), " "), " ${className} ")]`);
    else if (attribute) tests.push(`[@${attribute}=${xpathString(unquote(value!))}]`);
    // Counted before anything else is asked, as CSS does.
    else if (ofType) place = `[${ofType}]`;
    else if (child) place = `[count(preceding-sibling::*)=${Number(child) - 1}]`;
  }
  const named = SVG.test(tag) ? `*[local-name()="${tag}"]` : tag;
  return named + place + tests.join('');
}

/** Splits at combinators that stand outside of strings. */
const STEPS = /((?:[^\s>"]|"(?:[^"\\]|\\.)*")+)\s*(>?)\s*/gy;

/** XPath of a CSS selector of the kind that this package writes: compounds, child and descendant. Undefined for any other. */
export function cssToXPath(css: string): string | undefined {
  let path = '';
  let axis = '//';
  STEPS.lastIndex = 0;
  while (STEPS.lastIndex < css.length) {
    const [, text, child] = STEPS.exec(css) ?? [];
    const step = text && compound(text);
    if (!step) return undefined;
    path += axis + step;
    axis = child ? '/' : '//';
  }
  return path || undefined;
}
