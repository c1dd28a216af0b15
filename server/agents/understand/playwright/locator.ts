import type { SelectorCandidate } from '../../../../shared/protocol/schema.ts';
import { durableText } from '../../../../shared/signature/data-like.ts';
import { quote } from '../../../../shared/signature/quote.ts';
import { roleSelector } from '../seen_node.ts';
import { seenSelector } from '../seen_selector.ts';
import type { ElementSeen } from '../types.ts';

interface Step {
  readonly method: string;
  /** The first argument, where it is a string. */
  readonly text: string | undefined;
  readonly name: string | undefined;
  readonly exact: boolean;
  /** The first argument, where it is a number. */
  readonly number: number | undefined;
}

const ACTIONS =
  /^(click|dblclick|fill|pressSequentially|type|press|check|uncheck|setChecked|selectOption|hover|dragTo|setInputFiles|screenshot|tap|clear|focus|scrollIntoViewIfNeeded|drop)$/;
const STRING = /^'((?:[^'\\]|\\.)*)'/s;
const MAX_STEPS = 12;

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f', v: '\v', 0: '\0' };
const unescaped = (body: string): string =>
  body.replace(/\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(.))/gs, (_, u, x, char: string) =>
    u || x ? String.fromCharCode(Number.parseInt(u ?? x, 16)) : (ESCAPES[char] ?? char),
  );

/** Where the argument list that begins at `from` ends; -1 where it does not. */
function endOfArguments(code: string, from: number): number {
  let depth = 1;
  for (let at = from; at < code.length; at += 1) {
    const char = code[at]!;
    if (char === "'") {
      const string = STRING.exec(code.slice(at))?.[0];
      if (!string) return -1;
      at += string.length - 1;
    } else if (char === '(') depth += 1;
    else if (char === ')') {
      depth -= 1;
      if (depth === 0) return at;
    }
  }
  return -1;
}

function stepOf(method: string, args: string): Step {
  const first = STRING.exec(args)?.[1];
  const options = first === undefined ? args : args.slice(first.length + 2);
  const name = /\bname: '((?:[^'\\]|\\.)*)'/s.exec(options)?.[1];
  return {
    method,
    text: first === undefined ? undefined : unescaped(first),
    name: name === undefined ? undefined : unescaped(name),
    exact: /\bexact: true\b/.test(options.replace(/'(?:[^'\\]|\\.)*'/gs, '')),
    number: /^\d+$/.test(args) ? Number(args) : undefined,
  };
}

/** The chain of calls of a line of code up to its action; undefined where it is none on a locator of the page. */
function chain(line: string): Step[] | undefined {
  if (!line.startsWith('await page.')) return undefined;
  const steps: Step[] = [];
  let at = 'await page'.length;
  while (line[at] === '.' && steps.length < MAX_STEPS) {
    const method = /^\.(\w+)\(/.exec(line.slice(at, at + 60))?.[1];
    if (!method) return undefined;
    if (ACTIONS.test(method)) return steps.length > 0 ? steps : undefined;
    const from = at + method.length + 2;
    const end = endOfArguments(line, from);
    if (end < 0) return undefined;
    steps.push(stepOf(method, line.slice(from, end)));
    at = end + 1;
  }
  return undefined;
}

const ATTRIBUTE: Readonly<Record<string, string>> = {
  getByPlaceholder: 'placeholder',
  getByTitle: 'title',
  getByAltText: 'alt',
};

function seen({ method, text, name, exact }: Step, testIdAttribute: string): ElementSeen | undefined {
  if (text === undefined) return undefined;
  const one = (kind: SelectorCandidate['kind'], selector: string, durable = true): SelectorCandidate[] =>
    durable ? [{ kind, selector, matches: 1 }] : [];
  if (method === 'getByRole') {
    if (name === undefined) return { role: text, candidates: [] };
    // Not exact it is a part of the name in any case of letters; of the one element that has it, it is a part in this case too.
    const candidates = one('role_name', roleSelector(text, name, exact), durableText(name));
    return { role: text, ...(exact ? { name } : { name_part: name }), candidates };
  }
  if (method === 'getByTestId')
    return {
      test_id: { attribute: testIdAttribute, value: text },
      candidates: one('test_id', `[${testIdAttribute}=${quote(text)}]`),
    };
  if (method === 'getByLabel')
    return { label: text, candidates: exact ? one('label', `internal:label=${quote(text)}s`, durableText(text)) : [] };
  if (method === 'getByText')
    return { name_part: text, candidates: exact ? one('text', `text=${quote(text)}`, durableText(text)) : [] };
  const attribute = ATTRIBUTE[method];
  if (attribute) {
    const kind = attribute === 'placeholder' ? 'placeholder' : 'attribute';
    return {
      ...(attribute === 'placeholder' ? { placeholder: text } : {}),
      candidates: one(kind, `[${attribute}${exact ? '' : '*'}=${quote(text)}]`, durableText(text)),
    };
  }
  return method === 'locator' ? seenSelector(text) : undefined;
}

/**
 * The element that a line of Playwright code acts on, `await page.getByRole('button', { name: 'Save' }).click();`. Undefined for code of
 * other languages, in frames, and for chains that are no single step with a place.
 */
export function readLocator(line: string, testIdAttribute: string): ElementSeen | undefined {
  const [step, ...places] = chain(line) ?? [];
  const element = step && seen(step, testIdAttribute);
  if (!element || places.length > 1) return undefined;
  const [place] = places;
  if (!place) return element;
  const nth = place.method === 'first' ? 0 : place.method === 'nth' ? place.number : undefined;
  if (nth === undefined) return undefined;
  const [best] = element.candidates;
  return {
    ...element,
    candidates: best ? [{ kind: 'positional', selector: `${best.selector} >> nth=${nth}`, matches: 1 }] : [],
  };
}
