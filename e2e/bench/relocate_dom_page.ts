/** What the relocate-dom bench does in a page, bundled to one script: our code as the extension runs it, and the peers. */
import { finder } from '@medv/finder';
import getCssSelector from 'css-selector-generator';
import { createDoubt } from '../../shared/privacy/doubt.ts';
import { masked } from '../../shared/privacy/index.ts';
import { safely, scrub } from '../../shared/privacy/scrub.ts';
import type { ElementSignature } from '../../shared/protocol/schema.ts';
import { keepingClean, remembering, type SignatureContext } from '../../shared/signature/context.ts';
import { type Gathered, gather } from '../../shared/signature/gather.ts';
import { parseHashKey } from '../../shared/signature/hash.ts';
import { observeElement } from '../../shared/signature/index.ts';
import { compared, decide } from '../../shared/signature/model.ts';
import { type Box, overlap } from '../../shared/signature/overlap.ts';
import { prepareSigning } from '../../shared/signature/prepare.ts';
import { query } from '../../shared/signature/query.ts';
import { hitsOf, withOwnHandles } from '../../shared/signature/recorded-selectors.ts';
import { type Resolution, resolve, type Target } from '../../shared/signature/resolve.ts';
import { openRoots } from '../../shared/signature/roots.ts';
import { sealElement } from '../../shared/signature/seal-element.ts';
import { change } from './change.ts';
import { type LiveCase, NUMBERS } from './relocate/live_numbers.ts';
import type { Peer } from './relocate_dom_score.ts';
import { SAME_OVERLAP } from './same_overlap.ts';

interface Playwright {
  generateSelectorSimple(element: Element): string;
  parseSelector(selector: string): unknown;
  querySelectorAll(selector: unknown, root: Document): Element[];
}

const context: SignatureContext = { masked, scrub: safely(scrub), key: parseHashKey('0123456789abcdef'.repeat(2)) };
/** As the content script reads; sealing follows in the background. */
const reading = { masked, keeps: () => true, doubtful: createDoubt().doubts };
const playwright = (): Playwright => (globalThis as unknown as { PlaywrightInPage: Playwright }).PlaywrightInPage;

/** Elements of the pairs by their number; undefined where the label names none. */
let chosen: (Element | undefined)[] = [];

function byXpath(xpath: string): Element | undefined {
  try {
    const { singleNodeValue } = document.evaluate(xpath, document, null, 9, null);
    return singleNodeValue?.nodeType === 1 ? (singleNodeValue as Element) : undefined;
  } catch {
    return undefined;
  }
}

let changed = performance.now();
new MutationObserver(() => {
  changed = performance.now();
}).observe(document, { childList: true, characterData: true, subtree: true });

/** For how long nodes and texts have not changed, in ms. */
export const quietMs = (): number => performance.now() - changed;

/** Finds the labelled elements, then removes the hidden attributes. Numbers of the xpaths that name nothing. */
export function choose(xpaths: readonly (string | null)[], hide: readonly string[]): number[] {
  chosen = xpaths.map((xpath) => (xpath === null ? undefined : byXpath(xpath)));
  for (const name of hide)
    for (const element of document.querySelectorAll(`[${CSS.escape(name)}]`)) element.removeAttribute(name);
  return xpaths.flatMap((xpath, at) => (xpath !== null && !chosen[at] ? [at] : []));
}

export interface Recorded {
  readonly signature: ElementSignature;
  readonly sign_ms: number;
  readonly peers: Readonly<Record<Peer, string>>;
}

function absoluteXpath(element: Element): string {
  const steps: string[] = [];
  for (let at: Element | null = element; at; at = at.parentElement) {
    const name = at.localName;
    const same = [...(at.parentElement?.children ?? [at])].filter((other) => other.localName === name);
    const html = at.namespaceURI === 'http://www.w3.org/1999/xhtml' && /^[\w-]+$/.test(name);
    steps.unshift(`/${html ? name : `*[local-name()="${name}"]`}[${same.indexOf(at) + 1}]`);
  }
  return steps.join('');
}

/** What a peer writes; empty where it gives up. */
function written(write: () => string): string {
  try {
    return write();
  } catch {
    return '';
  }
}

/** A browser compiles what runs often; a page that is used has come that far. */
const WARM_UP_ROUNDS = 2;

function sign(element: Element): Omit<Recorded, 'peers'> {
  for (let round = 0; round < WARM_UP_ROUNDS; round += 1) sealElement(observeElement(element, reading), context);
  change();
  const started = performance.now();
  const signature = sealElement(observeElement(element, reading), context);
  return { signature, sign_ms: performance.now() - started };
}

/** What the recorder does with a page in idle time, before anybody clicks. */
export function prepare(): void {
  for (const _step of prepareSigning(document, reading));
}

export function record(): (Recorded | undefined)[] {
  prepare();
  return chosen.map(
    (element) =>
      element && {
        ...sign(element),
        peers: {
          finder: written(() => finder(element)),
          'css-selector-generator': written(() => getCssSelector(element)),
          playwright: written(() => playwright().generateSelectorSimple(element)),
          xpath: absoluteXpath(element),
        },
      },
  );
}

export const signAll = (): (Pick<Recorded, 'signature'> | undefined)[] =>
  chosen.map((element) => element && { signature: sealElement(observeElement(element, reading), context) });

const boxOf = (element: Element): Box => {
  const { left, top, width, height } = element.getBoundingClientRect();
  return [left, top, width, height];
};

const within = (outer: Element, inner: Element): boolean => {
  for (let at: Node | null = inner; at; at = at.parentNode ?? (at as ShadowRoot).host ?? null)
    if (at === outer) return true;
  return false;
};

/** Whether a click on the one lands on the other. */
const sameControl = (a: Element, b: Element): boolean =>
  within(a, b) || within(b, a) || overlap(boxOf(a), boxOf(b)) >= SAME_OVERLAP;

/** Works on the page without the element and all that are the same control, those around it only where they hold nothing else. */
function without<T>(element: Element, work: () => T): T {
  const box = boxOf(element);
  const same = [...document.querySelectorAll('body *')].filter(
    (other) => other === element || overlap(boxOf(other), box) >= SAME_OVERLAP,
  );
  const outermost = same.filter((one) => !same.some((other) => other !== one && other.contains(one)));
  const places = outermost.map((one) => {
    const place = document.createComment('');
    one.replaceWith(place);
    return { one, place };
  });
  // In a shadow tree the walk above does not come by.
  const own = element.isConnected ? document.createComment('') : undefined;
  if (own) element.replaceWith(own);
  try {
    return work();
  } finally {
    own?.replaceWith(element);
    for (const { one, place } of places) place.replaceWith(one);
  }
}

/** All that could be it, as `resolve` compares it. */
function gathered(target: Target): Gathered {
  const ctx = remembering(keepingClean(context));
  const roots = openRoots(document);
  return gather(withOwnHandles(target), hitsOf(target, document, roots), roots, ctx);
}

/** The best of all that could be it, whether it would be taken or not. */
function first(target: Target): Element | undefined {
  const all = gathered(target);
  const decision = decide(withOwnHandles(target), all);
  return decision && all.elements[decision.best];
}

/** What the model is fitted to: the numbers of each candidate, and which of them are the labelled control. */
function caseOf(target: Target, label: Element | undefined): Pick<LiveCase, 'features' | 'right' | 'related'> {
  const all = gathered(target);
  const { elements, related } = all;
  return {
    features: compared(withOwnHandles(target), all).map((one) => NUMBERS.map((name) => Number(one[name].toFixed(4)))),
    right: elements.map((element) => label !== undefined && sameControl(element, label)),
    related: elements.flatMap((_, a) => elements.flatMap((_, b) => (a < b && related(a, b) ? [[a, b] as const] : []))),
  };
}

/** Each pair as it is, and with the labelled control taken out. */
export const cases = (targets: readonly (Target | undefined)[]) =>
  targets.map((target, at) => {
    const label = chosen[at];
    return (
      target && { there: caseOf(target, label), removed: label && without(label, () => caseOf(target, undefined)) }
    );
  });

const shown = (element: Element): string =>
  `<${element.localName} ${(element.getAttribute('class') ?? '').slice(0, 30)}> ${(element.textContent ?? '').trim().replace(/\s+/g, ' ').slice(0, 40)} ${absoluteXpath(element)}`;

const told = (resolution: Resolution): string =>
  resolution.outcome === 'found'
    ? `${resolution.by_selector ?? 'identity'} ${resolution.confidence.toFixed(2)} ${shown(resolution.element)}`
    : `${resolution.outcome}: ${resolution.reason}`;

/** Elements that a selector of each kind names; none where it does not parse. */
function named(kind: Peer, selector: string): Element[] {
  try {
    if (kind === 'playwright') return playwright().querySelectorAll(playwright().parseSelector(selector), document);
    if (kind !== 'xpath') return [...document.querySelectorAll(selector)];
    const hit = byXpath(selector);
    return hit ? [hit] : [];
  } catch {
    return [];
  }
}

function look(target: Target): { readonly resolution: Resolution; readonly resolve_ms: number } {
  for (let round = 0; round < WARM_UP_ROUNDS; round += 1) resolve(target, document, context);
  change();
  const started = performance.now();
  const resolution = resolve(target, document, context);
  return { resolution, resolve_ms: performance.now() - started };
}

export interface Question {
  readonly target: Target;
  readonly peers: Readonly<Record<Peer, string>>;
}

export function ask(questions: readonly (Question | undefined)[]) {
  return questions.map((question, at) => {
    if (!question) return undefined;
    const { target, peers } = question;
    const label = chosen[at];
    const right = (elements: readonly Element[]): boolean =>
      label !== undefined && elements.length === 1 && sameControl(elements[0]!, label);
    const { resolution, resolve_ms } = look(target);
    const found = resolution.outcome === 'found' ? resolution.element : undefined;
    const best = found ?? first(target);
    const removed = label && without(label, () => resolve(target, document, context));
    return {
      resolve_ms,
      outcome: resolution.outcome,
      right: right(found ? [found] : []),
      first_right: right(best ? [best] : []),
      found: told(resolution),
      removed_accepted: removed?.outcome === 'found',
      removed_found: removed ? told(removed) : '',
      durable: right(query(document, target.selector)),
      kinds: [target, ...target.alternatives.filter(({ matches }) => matches === 1)].map(({ kind, selector }) => ({
        kind,
        held: right(query(document, selector)),
      })),
      durable_by: {
        finder: right(named('finder', peers.finder)),
        'css-selector-generator': right(named('css-selector-generator', peers['css-selector-generator'])),
        playwright: right(named('playwright', peers.playwright)),
        xpath: right(named('xpath', peers.xpath)),
      },
    };
  });
}

/** Numbers of the chosen elements that the page has taken out since. */
export const lost = (): number[] => chosen.flatMap((element, at) => (element && !element.isConnected ? [at] : []));

/** Controls spread over a page. */
function some(most: number): Element[] {
  const all = [...document.querySelectorAll('a[href],button,input')];
  const step = Math.max(1, Math.floor(all.length / most));
  return all.filter((_, n) => n % step === 0).slice(0, most);
}

/** Signs controls spread over a page. */
export const signSome = (most: number): Omit<Recorded, 'peers'>[] => some(most).map(sign);

const timed = (work: () => unknown): number => {
  const started = performance.now();
  work();
  return performance.now() - started;
};

/** Time in ms of signing one of these controls, nothing before it. */
export const signFirst = (most: number): number =>
  timed(() => sealElement(observeElement(some(most)[1]!, reading), context));

/** The same of looking for a control. */
export const lookFirst = (target: Target): number => timed(() => resolve(target, document, context));

/** Times in ms of looking for each. */
export const timeLooking = (targets: readonly Target[]): number[] => targets.map((target) => look(target).resolve_ms);

export const nodes = (): number => document.querySelectorAll('*').length;
